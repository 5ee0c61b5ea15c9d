// Reads a toast out and takes it away after ten seconds; hover or focus stops the clock. It stays in History.
const STAY_MS = 10000;

function bind(root) {
  for (const toast of root.querySelectorAll?.('[data-behaviour~="toast"]:not([data-bound])') ?? []) {
    toast.dataset.bound = "";
    start(toast);
  }
}

function start(toast) {
  let timer;
  const run = () => { clearTimeout(timer); timer = setTimeout(() => leave(toast), STAY_MS); };
  const hold = () => clearTimeout(timer);
  const resume = () => { if (!toast.matches(":hover, :focus-within")) run(); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", () => setTimeout(resume));
  document.dispatchEvent(new CustomEvent("omni:say", { detail: toast.querySelector("p").textContent }));
  run();
}

function leave(toast) {
  if (!document.hidden) return toast.remove();
  // Nobody has read it in a hidden tab, so its time begins when the tab is looked at.
  document.addEventListener("visibilitychange", () => setTimeout(() => toast.remove(), STAY_MS), { once: true });
}

document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);
