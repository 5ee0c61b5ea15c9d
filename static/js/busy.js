// While a form is on its way its button says so, keeps its width and cannot be pressed twice.
function begin(button) {
  button.dataset.was = button.querySelector("span").textContent;
  button.style.inlineSize = `${button.offsetWidth}px`;
  button.querySelector("span").textContent = button.dataset.busy;
  button.setAttribute("aria-busy", "true");
}

function end(button) {
  if (!button?.dataset.was) return;
  button.querySelector("span").textContent = button.dataset.was;
  button.style.inlineSize = "";
  button.removeAttribute("aria-busy");
  delete button.dataset.was;
}

document.addEventListener("submit", (event) => {
  const button = event.submitter?.closest('[data-behaviour~="busy"]');
  if (!button) return;
  if (button.getAttribute("aria-busy") === "true") event.preventDefault();
  // After this event the form's data is read; changing the words before would change nothing in it.
  else setTimeout(() => begin(button));
}, true);

for (const done of ["htmx:finally:request", "htmx:error"]) {
  document.addEventListener(done, (event) => event.target.querySelectorAll?.('[aria-busy="true"]').forEach(end));
}
// The Back button may bring the page as it was left.
addEventListener("pageshow", () => document.querySelectorAll('[data-behaviour~="busy"][aria-busy="true"]').forEach(end));
