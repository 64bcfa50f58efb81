/* The number picker: one Tab stop with arrow keys and type-ahead, and "All numbers". */
"use strict";

const found = document.querySelector("#found");

/** Return the checkboxes of the list. Only one of them is a Tab stop. */
function choices() {
  return [...found.querySelectorAll("[type=checkbox]")];
}

function setTabStop(box) {
  found.querySelector("ul")?.removeAttribute("tabindex");
  for (const other of choices()) other.tabIndex = other === box ? 0 : -1;
}

function moveTo(box) {
  if (!box) return;
  setTabStop(box);
  box.focus();
}

let typed = "";
let typedAt = 0;

/** Return the next choice whose label begins with the letters typed within one second. */
function typeAhead(letter, boxes, index) {
  const now = Date.now();
  typed = now - typedAt < 1000 ? typed + letter : letter;
  typedAt = now;
  const start = typed.length > 1 ? index : index + 1;
  const order = [...boxes.slice(start), ...boxes.slice(0, start)];
  return order.find((box) => box.closest("label").textContent.trim().toLowerCase().startsWith(typed));
}

found?.addEventListener("keydown", (event) => {
  const boxes = choices();
  const index = boxes.indexOf(event.target);
  if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const targets = {
    ArrowDown: boxes[index + 1],
    ArrowUp: boxes[index - 1],
    Home: boxes[0],
    End: boxes.at(-1),
  };
  const isLetter = event.key.length === 1 && event.key !== " " && event.key !== "/";
  if (!(event.key in targets) && !isLetter) return;
  event.preventDefault();
  event.stopPropagation();
  moveTo(isLetter ? typeAhead(event.key.toLowerCase(), boxes, index) : targets[event.key]);
});

found?.addEventListener("focusin", ({ target }) => {
  if (target.matches("[type=checkbox]")) setTabStop(target);
});

/* "All numbers" hides the selected numbers and keeps them out of the request. */
const all = document.querySelector("[data-all-numbers]");
const selected = document.querySelector("[data-selected-numbers]");

function showSelected() {
  if (!all) return;
  selected.disabled = selected.hidden = all.checked;
}

if (found) setTabStop(choices()[0]);
document.addEventListener("htmx:load", ({ target }) => {
  if (found?.contains(target) || target === found) setTabStop(choices()[0]);
});
all?.form.addEventListener("change", showSelected);
addEventListener("pageshow", showSelected);
