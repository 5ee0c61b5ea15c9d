// A cell of a table that is open as a form: Escape restores it, Tab saves it and opens the next one.
let next = null;

function neighbour(form, step) {
  const cells = [...form.closest("table").querySelectorAll("[data-cell], form[data-behaviour~=cell]")];
  return cells[cells.indexOf(form) + step]?.closest(".cell").id ?? null;
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.('form[data-behaviour~="cell"]');
  if (!form || event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    form.querySelector("[data-cancel]").click();
  } else if (event.key === "Tab" && event.target.matches(".input") && form.closest("table")) {
    event.preventDefault();
    next = neighbour(form, event.shiftKey ? -1 : 1);
    form.requestSubmit();
  }
});

// Only where the cell was saved does the way go on: refused, it is still a form.
document.addEventListener("htmx:after:swap", (event) => {
  if (!next || document.querySelector('form[data-behaviour~="cell"]')) {
    next = null;
    return;
  }
  const cell = document.getElementById(next);
  next = null;
  cell?.querySelector("[data-cell]")?.click();
});
