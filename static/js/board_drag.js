// Lets a mouse, and after a hold a finger, carry cards between stages. On a phone nothing is dragged: it has "Move to…".
const wide = matchMedia("(width >= 43.75rem)");
let from = null;

function bind() {
  for (const list of document.querySelectorAll('[data-behaviour~="board-drag"] .cards')) {
    // Not a mark in the HTML: a board that is drawn anew keeps the element, and takes what the server did not write.
    if (list.sortable) continue;
    list.sortable = Sortable.create(list, {
      group: "cards",
      draggable: ".card:has(> .card-move)",
      filter: ".stage-more",
      disabled: !wide.matches,
      forceFallback: true,
      fallbackTolerance: 4,
      fallbackOnBody: true,
      delay: 200,
      delayOnTouchOnly: true,
      touchStartThreshold: 8,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      ghostClass: "landing",
      fallbackClass: "lifted",
      onStart: lift,
      onEnd: land,
    });
  }
}

function lift({ item }) {
  from = { list: item.parentElement, next: item.nextElementSibling };
  document.documentElement.dataset.dragging = "";
}

function land({ item, to, oldIndex, newIndex, from: list }) {
  delete document.documentElement.dataset.dragging;
  if (to === list && oldIndex === newIndex) return;
  const after = item.previousElementSibling?.matches(".card") ? item.previousElementSibling : null;
  item.dispatchEvent(new CustomEvent("board:move", { bubbles: true, detail: { list: to, after, via: "drag", from } }));
}

wide.addEventListener("change", () => {
  for (const list of document.querySelectorAll(".cards")) list.sortable?.option("disabled", !wide.matches);
});
document.addEventListener("htmx:after:swap", bind);
bind();
