// Asks for what others moved, every 3 s while the tab is in sight, every 30 s after ten idle minutes, and puts the
// arriving cards where they belong. Nothing is asked or swapped while a card is pressed or carried or a sheet is open.
const EVERY_MS = 3000, IDLE_EVERY_MS = 30000, IDLE_AFTER_MS = 600000;
let acted = Date.now();
let pressed = false;
let timer;

const pulse = () => document.querySelector('[data-behaviour~="board-live"]');
const busy = () => document.hidden || pressed || "dragging" in document.documentElement.dataset || document.querySelector("dialog[open]");
const link = (card) => card?.querySelector(".card-name");

function ring() {
  if (!busy()) pulse()?.dispatchEvent(new CustomEvent("board:pulse"));
  wait();
}

function wait() {
  clearTimeout(timer);
  const every = Date.now() - acted > IDLE_AFTER_MS ? IDLE_EVERY_MS : EVERY_MS;
  // A little early or late, so that a room full of tablets does not ask at once.
  timer = setTimeout(ring, every * (0.9 + Math.random() * 0.2));
}

function settle(arrival) {
  const old = document.getElementById("board-stages").querySelector(`#${arrival.dataset.card}`);
  const list = document.getElementById(arrival.dataset.list);
  const after = arrival.dataset.after && list?.querySelector(`#${arrival.dataset.after}`);
  const card = arrival.firstElementChild;
  // Behind a card that is not on this page: it stands among those still to be fetched.
  const stays = card && list && (after || !arrival.dataset.after);
  const focused = old?.contains(document.activeElement);
  const scroll = list?.scrollTop;
  if (stays && after) after.after(card);
  else if (stays) list.prepend(card);
  old?.remove();
  if (list && old?.parentElement !== list) list.scrollTop = scroll;
  if (focused) (stays ? link(card) : link(list?.querySelector(".card")))?.focus({ preventScroll: true });
  arrival.remove();
}

// A refusal would take the place of what asks, and nothing would be asked again.
document.addEventListener("htmx:after:request", (event) => {
  if (event.target === pulse() && event.detail.ctx.response.status >= 400) event.preventDefault();
});
document.addEventListener("htmx:before:swap", (event) => {
  if (event.target === pulse() && busy()) event.preventDefault();
});
document.addEventListener("htmx:after:swap", () => {
  for (const arrival of document.querySelectorAll("#board-arrivals > ol")) settle(arrival);
});
document.addEventListener("board:ring", ring, true);
// What was done in a sheet may have changed a card: whoever rests leaves the view.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.request?.method === "POST" && event.target.closest?.("#sheet")) setTimeout(ring);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) ring(); });
for (const act of ["pointerdown", "keydown", "touchstart"]) {
  document.addEventListener(act, () => { acted = Date.now(); }, { passive: true });
}
// A card that is drawn anew under the hand would not go along with it.
for (const act of ["pointerdown", "pointerup", "pointercancel"]) {
  document.addEventListener(act, () => { pressed = act === "pointerdown"; }, { passive: true, capture: true });
}
wait();
