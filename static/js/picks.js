/* Selected rows of the list of numbers: the count, "select all" and "clear". */
"use strict";

const form = document.querySelector("form.picks");
const boxes = [...(form?.querySelectorAll("[name=numbers]") ?? [])];

function count() {
  const picked = boxes.filter((box) => box.checked).length;
  const words = form.querySelector("[data-picked]");
  words.textContent = picked ? `${picked} selected` : "Select numbers, then";
  form.querySelector("[data-clear]").hidden = !picked;
  const all = form.querySelector("[data-all]");
  all.checked = picked === boxes.length;
  all.indeterminate = picked > 0 && !all.checked;
}

if (boxes.length) {
  const all = form.querySelector("[data-all]");
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  form.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count));
  addEventListener("pageshow", count);
}
