// Keys on a card: arrows go from card to card, [ and ] move it a stage back or on, m asks where to, n adds a next step, s
// lets the person rest, x chooses the card, ? shows the keys.
// They work while a card has the focus, and nowhere else (WCAG 2.1.4).
const cards = (list) => [...list.querySelectorAll(":scope > .card")];
const link = (card) => card?.querySelector(".card-name");

const person = (card) => link(card).getAttribute("href").split("/")[2];
const lay = (href, source) => htmx.ajax("GET", href, { source, target: "#sheet", swap: "innerHTML" });

// The next stage in a direction; going from card to card leaves empty stages out.
function beside(list, step, filled) {
  const all = [...document.querySelectorAll(".stages .cards")];
  for (let at = all.indexOf(list) + step; at >= 0 && at < all.length; at += step) {
    if (!filled || all[at].querySelector(":scope > .card")) return all[at];
  }
  return null;
}

function go(card) {
  link(card)?.focus();
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const keys = {
  ArrowDown: (card) => go(card.nextElementSibling?.matches(".card") ? card.nextElementSibling : null),
  ArrowUp: (card) => go(card.previousElementSibling),
  ArrowRight: (card, list) => sideways(card, list, 1),
  ArrowLeft: (card, list) => sideways(card, list, -1),
  "]": (card, list) => move(card, beside(list, 1)),
  "[": (card, list) => move(card, beside(list, -1)),
  m: (card) => card.querySelector(".card-move")?.click(),
  n: (card) => { location.assign(`/tasks/new?contact=${person(card)}`); },
  s: (card) => lay(`/contacts/${person(card)}/snooze?back=${location.pathname}`, link(card)),
  x: (card) => card.dispatchEvent(new CustomEvent("board:choose", { bubbles: true })),
  "?": () => document.getElementById("board-help").showModal(),
};

function sideways(card, list, step) {
  const there = beside(list, step, true);
  if (there) go(cards(there)[Math.min(cards(list).indexOf(card), cards(there).length - 1)]);
}

function move(card, list) {
  if (!list || !card.querySelector(".card-move")) return;
  card.dispatchEvent(new CustomEvent("board:move", { bubbles: true, detail: { list, after: null, via: "key" } }));
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.querySelector("#board-help [data-close]")?.addEventListener("click", (event) => event.target.closest("dialog").close());
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.('[data-behaviour~="board-keys"] .card');
  if (!card || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  // Single keys may be switched off (WCAG 2.1.4); arrows are none.
  if (event.key.length === 1 && "noKeys" in document.body.dataset) return;
  event.preventDefault();
  keys[event.key](card, card.parentElement);
});
