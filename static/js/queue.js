// Goes from person to person in the queue: an answer shows who stands hidden behind at once, while it is sent and a
// further person is fetched. Refused, it brings the person back with what was typed. Whoever is seen is held meanwhile.
const RENEW_MS = 30000;
const box = () => document.querySelector('[data-behaviour~="queue"]');
const current = () => box()?.querySelector(".queue-person:not([hidden])");

function show(person, other) {
  if (other) other.hidden = true;
  if (!person) return;
  person.hidden = false;
  scrollTo(0, 0);
  const name = person.querySelector("h2");
  name.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("omni:say", { detail: name.textContent }));
}

async function go(person, address, sent) {
  if (person.hasAttribute("aria-busy")) return;
  person.setAttribute("aria-busy", "true");
  // Whoever is still being answered stands hidden too, and is not who comes next.
  const next = person.parentElement.querySelector(".queue-person[hidden]:not([aria-busy])");
  if (next) show(next, person);
  try {
    const answer = await fetch(address, sent);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error(page.querySelector(".fault:not([hidden]), .fault-box p")?.textContent ?? "");
    renew(page, next);
  } catch (fault) {
    person.removeAttribute("aria-busy");
    show(person, next);
    refuse(person, fault instanceof TypeError ? "" : fault.message);
  }
}

// The fresh page, but for the person who is looked at by now: their draft has begun.
function renew(page, shown) {
  const fresh = page.querySelector('[data-behaviour~="queue"]');
  if (!fresh) return location.assign("/today/queue");
  const same = shown && fresh.querySelector(`#${shown.id}`);
  const moved = shown && !same ? fresh.querySelector(".queue-person") : null;
  if (same) for (const one of fresh.querySelectorAll(".queue-person")) one.hidden = one !== same;
  same?.replaceWith(shown);
  const held = document.activeElement;
  box().replaceWith(fresh);
  if (same) held?.isConnected && held.focus({ preventScroll: true });
  else show(moved ?? fresh.querySelector(".queue-person"), null);
  document.title = page.title;
  document.getElementById("toasts").replaceChildren(...page.getElementById("toasts").children);
  window.htmx?.process(document.body);
}

function refuse(person, words) {
  const line = person.querySelector(".answer-draft > .fault");
  if (!line) return location.reload();
  line.textContent = words || document.getElementById("no-connection").content.querySelector("p").textContent;
  line.hidden = false;
  const typed = person.querySelector("textarea");
  typed.dispatchEvent(new Event("input", { bubbles: true }));
  typed.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target, person = form.closest?.(".queue-person");
  if (!person || form.hasAttribute("data-hx-post") || form.matches(".offer")) return;
  event.preventDefault();
  go(person, form.action, { method: "POST", body: new FormData(form, event.submitter) });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".queue-person a[data-answer]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.closest(".queue-person"), link.href);
});

async function hold() {
  const form = document.hidden ? null : current()?.querySelector("form[data-claim]");
  if (!form) return;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
  if (answer?.status === 409) location.reload();
}

setInterval(hold, RENEW_MS);
document.addEventListener("visibilitychange", hold);
