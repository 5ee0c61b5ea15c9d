// Puts a button beside a password that shows what was typed. Leaving the form hides it again.
function bind(root) {
  for (const box of root.querySelectorAll?.('[data-behaviour~="show-password"]:not([data-bound])') ?? []) {
    box.dataset.bound = "";
    box.append(button(box, box.querySelector("input")));
  }
}

function button(box, input) {
  const eye = document.createElement("button");
  eye.type = "button";
  eye.className = "icon-button";
  eye.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-eye"/></svg>';
  const say = (shown) => {
    input.type = shown ? "text" : "password";
    eye.setAttribute("aria-label", shown ? box.dataset.hide : box.dataset.show);
    eye.setAttribute("aria-pressed", String(shown));
  };
  eye.addEventListener("click", () => say(input.type === "password"));
  // A browser keeps passwords only from a field that is one when it is sent.
  input.form?.addEventListener("submit", () => say(false));
  say(false);
  return eye;
}

document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);
