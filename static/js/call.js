// A link that opens the dialler posts the form data-call names, so that the call is written down; when the page is
// looked at again, that form asks how it went. The form's own key makes it one call however often it is posted.
const pending = new Set();

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[data-behaviour~="call"]');
  const form = link && document.querySelector(`#${link.dataset.call} > form`);
  if (!form) return;
  pending.add(link.dataset.call);
  // Alive beyond the page: the dialler may take its place. What comes back is of no use here.
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" }).catch(() => {});
});

function ask() {
  if (document.hidden) return;
  for (const id of pending) {
    const box = document.getElementById(id);
    box?.querySelector(":scope > .call-said")?.remove();
    const form = box?.querySelector(":scope > form");
    if (!form) continue;
    box.hidden = form.hidden = false;
    box.scrollIntoView({ block: "center" });
    document.dispatchEvent(new CustomEvent("omni:say", { detail: form.querySelector("h2")?.textContent ?? "" }));
  }
  pending.clear();
}

document.addEventListener("visibilitychange", ask);
addEventListener("pageshow", ask);
