// Closes an open menu by Esc, by a press elsewhere and when the focus leaves it; Esc gives the focus back to its name.
const open = () => document.querySelectorAll('details[data-behaviour~="menu"][open]');

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of open()) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
});

function step(event) {
  const menu = event.target.closest?.('details[data-behaviour~="menu"][open]');
  if (!menu) return;
  event.preventDefault();
  const all = [...menu.querySelectorAll(".menu-panel :is(a, button)")].filter((one) => one.checkVisibility());
  const at = all.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? all.length - 1 : at - 1;
  all[(next + all.length) % all.length]?.focus();
}

document.addEventListener("pointerdown", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

// What a link swaps may take the menu with it: its name has the focus by then, and the new one gets it by its id.
document.addEventListener("click", (event) => {
  const menu = event.target.closest?.(".menu-panel [data-hx-get]")?.closest("details");
  if (!menu) return;
  menu.querySelector("summary").focus();
  menu.open = false;
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.('details[data-behaviour~="menu"][open]');
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
