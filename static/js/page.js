/* Improvements for every page. Without JavaScript, every page still works. */
"use strict";

const toast = document.querySelector(".toast");
let fading;

/** Show a message for four seconds, and read it to screen readers. */
function say(kind, words) {
  const state = document.createElement("span");
  state.className = `state ${kind}`;
  state.textContent = words;
  toast.replaceChildren(state);
  clearTimeout(fading);
  fading = setTimeout(() => toast.replaceChildren(), 4000);
}

/* Screen readers announce changes of a status, not one that is there when the page loads. */
for (const status of document.querySelectorAll("[role=status][data-words]"))
  setTimeout(() => { status.textContent = status.dataset.words; }, 500);

/* A time outside tables can be focused, to show it exactly. In tables the focus of the row does. */
function makeTimesFocusable(root) {
  for (const time of root.querySelectorAll("time[data-exact]"))
    if (!time.closest("tr, a, button")) time.tabIndex = 0;
}
makeTimesFocusable(document);

/* Copy buttons. Browsers allow clipboard access only over https and on localhost. */
function showCopyButtons(root) {
  if (!navigator.clipboard) return;
  const buttons = root.querySelectorAll("button[data-copy], button[data-copy-key]");
  for (const button of buttons) button.hidden = false;
}
showCopyButtons(document);
/* Focus stays where it was after a swap. A hidden button cannot take it before it is shown. */
let focused = "";
document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement?.id || focused; });
document.addEventListener("htmx:load", ({ target }) => {
  showCopyButtons(target);
  makeTimesFocusable(target);
  if (focused && document.activeElement === document.body)
    document.getElementById(focused)?.focus({ preventScroll: true });
  focused = "";
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say("ok", "Copied");
  } catch {
    say("bad", "Your browser did not allow copying. Select the text and copy it.");
  }
});

/* Copy a key without showing it: fetch the page that shows it once, and read the key from there.
   Without recent authentication, go to the page with the button, which asks for the password. */
document.addEventListener("submit", async (event) => {
  if (!event.submitter?.matches("[data-copy-key]")) return;
  event.preventDefault();
  const form = event.target;
  const body = new FormData(form, event.submitter);
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const key = page.querySelector("#key");
  if (!key) {
    location = form.action;
    return;
  }
  try {
    await navigator.clipboard.writeText(key.textContent);
    say("ok", "Copied without showing. Written to the audit log.");
  } catch {
    say("bad", "Your browser did not allow copying. Reveal the key instead.");
  }
});

/* Theme. Saved by its own request: reloading the page would lose what was typed. */
const theme = document.querySelector("form.theme");
theme?.addEventListener("change", async () => {
  const chosen = new FormData(theme);
  document.documentElement.dataset.theme = chosen.get("theme");
  const answer = await fetch(theme.action, { method: "POST", body: chosen, redirect: "manual" })
    .catch(() => null);
  if (answer?.type !== "opaqueredirect") say("bad", "The theme could not be saved. It applies to this page only.");
});
theme?.querySelector("button").remove();

/* "/" moves the focus to the search, except while typing or with a modifier key. */
const seek = document.querySelector("#seek");
if (seek) {
  const hint = seek.form.querySelector("kbd");
  hint.hidden = false;
  hint.ariaHidden = "true";
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const field = [...document.querySelectorAll("[type=search]")].find((one) => one.checkVisibility());
  if (!field) return;
  event.preventDefault();
  field.select();
});

/* The error of a field concerns its old value: it goes when the field is edited. */
for (const type of ["input", "change"])
  document.addEventListener(type, ({ target }) => {
    const field = target.closest(".field");
    const error = field?.querySelector("[id$=_error]");
    if (!error) return;
    const name = error.id.replace(/_error$/, "");
    error.remove();
    for (const control of field.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    const summary = document.querySelector(`[data-error-of="${name}"]`)?.closest(".notice");
    if (!summary) return;
    summary.querySelector(`[data-error-of="${name}"]`).remove();
    const left = summary.querySelectorAll("li").length;
    if (!left) summary.remove();
    else summary.querySelector("[data-fix]").textContent = `Fix ${left} field${left === 1 ? "" : "s"}.`;
  });

/* Busy buttons: <form data-busy="Creating…">. Disabled only after the form is sent, or the value of
   the button would be missing from it. */
const busy = new Map();

document.addEventListener("submit", ({ target, submitter }) => {
  if (!target.dataset.busy || !submitter) return;
  const state = document.createElement("span");
  state.className = "state run";
  state.textContent = target.dataset.busy;
  setTimeout(() => {
    busy.set(submitter, [...submitter.childNodes]);
    submitter.replaceChildren(state);
    submitter.disabled = true;
  });
});

addEventListener("pageshow", () => {
  for (const [button, content] of busy) {
    button.replaceChildren(...content);
    button.disabled = false;
  }
  busy.clear();
});
