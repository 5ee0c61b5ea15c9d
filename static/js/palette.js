// Opens the search sheet by Ctrl-K, Cmd-K or a press on Search; in it the arrows go through what was found, Enter in the
// box takes the first of it. Without this the page /search does the same.
const sheet = () => document.querySelector("#sheet dialog.palette");

function open() {
  const shown = sheet();
  if (shown) return shown.querySelector("input").focus();
  window.htmx.ajax("GET", "/search?sheet=1", { target: "#sheet", swap: "innerHTML", source: document.body });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href="/search"]:not([data-close])');
  if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && window.htmx) {
    event.preventDefault();
    open();
  } else if (event.target.closest?.("dialog.palette")) step(event);
});

function step(event) {
  const found = [...sheet().querySelectorAll(".found a:is(.row-name, .choice)")];
  const box = sheet().querySelector("input");
  if (event.key === "Enter" && event.target === box && found.length) {
    event.preventDefault();
    found[0].click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const all = [box, ...found];
  const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  all[(at + all.length) % all.length].focus();
}

// What was found is counted aloud, in a region that stays while the list under it changes.
document.addEventListener("htmx:after:swap", () => {
  const region = [...document.querySelectorAll("[data-found]")].at(-1);
  if (region) region.textContent = region.parentElement.querySelector(".found")?.dataset.said ?? "";
});
