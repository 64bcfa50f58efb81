/* What every page does better with a script. Without it, every page still works. */
"use strict";

const toast = document.querySelector(".toast");
let fading;

/** Say what was just done, to eyes and to screen readers, for four seconds. */
function say(kind, words) {
  const state = document.createElement("span");
  state.className = `state ${kind}`;
  state.textContent = words;
  toast.replaceChildren(state);
  clearTimeout(fading);
  fading = setTimeout(() => toast.replaceChildren(), 4000);
}

/* Readers tell of a status that changes, not of one that stands there when the page has come. */
for (const status of document.querySelectorAll("[role=status][data-words]"))
  setTimeout(() => { status.textContent = status.dataset.words; }, 500);

/* Copy buttons. A browser lends the clipboard only over https and on this very machine. */
function showCopyButtons(root) {
  if (!navigator.clipboard) return;
  const buttons = root.querySelectorAll("button[data-copy], button[data-copy-key]");
  for (const button of buttons) button.hidden = false;
}
showCopyButtons(document);
/* What is swapped keeps the focus where it was. A button that comes hidden cannot take it before. */
let focused = "";
document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement?.id || focused; });
document.addEventListener("htmx:load", ({ target }) => {
  showCopyButtons(target);
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

/* A key, copied without being shown: fetched as the page shows it once, and never put on this one.
   Where the sign-in is not fresh, the way leads through the password to the page with the button. */
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

/* Theme. Kept by a request of its own: loading the page again would lose what was typed. */
const theme = document.querySelector("form.theme");
theme?.addEventListener("change", async () => {
  const chosen = new FormData(theme);
  document.documentElement.dataset.theme = chosen.get("theme");
  const answer = await fetch(theme.action, { method: "POST", body: chosen, redirect: "manual" })
    .catch(() => null);
  if (answer?.type !== "opaqueredirect") say("bad", "The theme holds for this page only: it could not be kept.");
});
theme?.querySelector("button").remove();

/* "/" begins to search, unless one is typing or holds another key for something else. */
const seek = document.querySelector("#seek");
if (seek) seek.form.querySelector("kbd").hidden = false;

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

/* Busy buttons: <form data-busy="Creating…">. Disabled only once the form is on its way, or the
   button's own value would be left out of it. */
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
