// Takes the focus to what a new page or a swap asks to be read first, such as the box of faults.
function bind(root) {
  const target = root.matches?.('[data-behaviour~="focus"]') ? root : root.querySelector?.('[data-behaviour~="focus"]:not([data-bound])');
  if (!target || "bound" in target.dataset) return;
  target.dataset.bound = "";
  target.focus();
}

// A link in the box leads into its field, not only to it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('.fault-box a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const input = field.matches("input, select, textarea") ? field : field.querySelector("input");
  input?.focus();
});

document.addEventListener("htmx:after:process", (event) => bind(event.target));
bind(document);
