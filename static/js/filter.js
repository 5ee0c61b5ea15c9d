// Sends a form of filters as soon as a choice in it changes; its button is then not needed and leaves.
function bind(root) {
  for (const form of root.querySelectorAll?.('form[data-behaviour~="filter"]:not([data-bound])') ?? []) {
    form.dataset.bound = "";
    form.querySelector("[data-filter-button]")?.setAttribute("hidden", "");
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
    });
  }
}

document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);
