// Rings "omni:poll" on elements that ask for news, every data-every seconds, but not while the tab is hidden.
// An element writes data-hx-trigger="omni:poll" and is asked anew at once when the tab comes back.
const rung = new WeakMap();

function ring(element) {
  rung.set(element, Date.now());
  element.dispatchEvent(new CustomEvent("omni:poll"));
}

function round() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll('[data-behaviour~="poll"]')) {
    const every_ms = 1000 * Number(element.dataset.every || 15);
    if (!rung.has(element)) rung.set(element, Date.now());
    else if (Date.now() - rung.get(element) >= every_ms) ring(element);
  }
}

// Refused, an element keeps what it shows and asks again: a fault in its place would end its asking.
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response.status >= 400 && event.target.matches?.('[data-behaviour~="poll"]')) event.preventDefault();
});

setInterval(round, 1000);
document.addEventListener("visibilitychange", round);
