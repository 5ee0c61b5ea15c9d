// Keeps what is typed while the tab lives, under data-draft, so that a slip of the finger loses no text.
// Only in this tab's memory of the session: closing the tab forgets it, and sending it does at once.
const key = (box) => `draft:${box.dataset.draft}`;

function bind(root) {
  for (const box of root.querySelectorAll?.('textarea[data-behaviour~="keep-draft"]:not([data-bound])') ?? []) {
    box.dataset.bound = "";
    const kept = sessionStorage.getItem(key(box));
    if (kept && !box.value) {
      box.value = kept;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.('[data-behaviour~="keep-draft"]')) return;
  if (box.value) sessionStorage.setItem(key(box), box.value);
  else sessionStorage.removeItem(key(box));
});

document.addEventListener("submit", (event) => {
  for (const box of event.target.querySelectorAll('[data-behaviour~="keep-draft"]')) sessionStorage.removeItem(key(box));
  if (event.target.action.endsWith("/logout")) sessionStorage.clear();
});

document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);
