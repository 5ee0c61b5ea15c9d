// Gives the focus a place when a swap takes away what had it: what stands there now, such as the first of more rows.
const PLACES = "a[href], button:not([disabled]), summary";
let way = [];
let next = null;

// The element with the focus and all around it, each with its neighbour before it: some of these stay. A form may say
// by its id what stands in its place once it is done.
document.addEventListener("htmx:before:swap", () => {
  way = [];
  next = document.activeElement?.closest("[data-focus-next]")?.dataset.focusNext;
  for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) {
    way.push({ at, before: at.previousElementSibling, around: at.parentElement });
  }
});

function give() {
  const named = next && document.getElementById(next);
  if (named && (!document.activeElement?.isConnected || document.activeElement === document.body)) return named.focus({ preventScroll: true });
  const taken = way.findLast(({ at }) => !at.isConnected);
  if (!taken || document.activeElement !== document.body || !taken.around.isConnected) return;
  const { before, around } = taken;
  const now = before?.isConnected ? before.nextElementSibling : around.firstElementChild;
  const place = [now, around].flatMap((one) => [...(one?.querySelectorAll(PLACES) ?? [])]).find((one) => one.checkVisibility());
  place?.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", give);
