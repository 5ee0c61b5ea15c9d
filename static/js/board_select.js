// Chooses several cards, by a long press on a phone or by x, and asks where they all go. A press chooses on; Esc ends it.
const HOLD_MS = 500, SLACK_PX = 10;
const narrow = matchMedia("(width < 43.75rem)");
const bar = () => document.querySelector('[data-behaviour~="board-select"]');
const chosen = () => [...document.querySelectorAll(".stages .card.chosen")];
let press = null;
let held = false;

function toggle(card) {
  if (!card.querySelector(".card-move")) return;
  card.classList.toggle("chosen");
  tell();
}

function clear() {
  for (const card of chosen()) card.classList.remove("chosen");
  tell();
}

function tell() {
  const count = chosen().length;
  const words = bar().dataset.words.replace("{n}", count);
  bar().hidden = count === 0;
  bar().querySelector("b").textContent = words;
  document.dispatchEvent(new CustomEvent("omni:say", { detail: words }));
}

function let_go() {
  clearTimeout(press?.timer);
  press = null;
}

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.(".stages .card");
  if (!card || event.pointerType !== "touch" || !narrow.matches) return;
  const timer = setTimeout(() => { held = true; let_go(); toggle(card); }, HOLD_MS);
  press = { timer, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
  if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > SLACK_PX) let_go();
});
for (const end of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(end, let_go, true);

// A long press would open the browser's own menu of the link below the finger.
document.addEventListener("contextmenu", (event) => {
  if (narrow.matches && event.target.closest?.(".stages .card") && (press || held)) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const card = event.target.closest?.(".stages .card");
  if (!card || (!held && !chosen().length)) return;
  event.preventDefault();
  event.stopPropagation();
  if (held) held = false;
  else toggle(card);
}, true);

document.addEventListener("board:choose", (event) => toggle(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chosen().length && !document.querySelector("dialog[open]")) clear();
});
document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.('[data-behaviour~="board-select"] :is(a, button)');
  if (!pressed) return;
  event.preventDefault();
  if (pressed.matches("button")) return clear();
  const cards = new URLSearchParams(chosen().map((card) => ["card", card.id.slice(5, 31)]));
  htmx.ajax("GET", `${pressed.getAttribute("href")}?${cards}`, { source: pressed, target: "#sheet", swap: "innerHTML" });
});
