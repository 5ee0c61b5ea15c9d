// Marks the tab of the stage that is in sight on a phone, keeps it in sight among the tabs, and scrolls to a tab's stage.
const tab = (stage) => document.getElementById(`${stage.id}-tab`);
let watch = null;

function mark(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    for (const one of document.querySelectorAll(".board-tabs a")) one.toggleAttribute("aria-current", false);
    const current = tab(target);
    current?.setAttribute("aria-current", "true");
    if (current) current.parentElement.scrollTo({ left: current.offsetLeft - 40 });
  }
}

function bind() {
  const stages = document.querySelector(".stages:not([data-watched])");
  if (!stages) return;
  stages.dataset.watched = "";
  watch?.disconnect();
  watch = new IntersectionObserver(mark, { root: stages, threshold: 0.6 });
  for (const stage of stages.children) watch.observe(stage);
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.(".board-tabs a");
  const stage = pressed && document.querySelector(pressed.hash);
  if (!stage) return;
  event.preventDefault();
  stage.parentElement.scrollTo({ left: stage.offsetLeft - stage.parentElement.offsetLeft, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
});
document.addEventListener("htmx:after:swap", bind);
bind();
