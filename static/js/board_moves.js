// Moves a card on the page at once, asks the server, and puts it back when the server refuses.
// Hears "board:move" on a card with { list, after, via, from, said }: the list to go to, the card to stand behind (null:
// the head), the hand that moved it, where the hand has moved it already the place it came from, and what was said at
// the gate of its stage.
const link = (card) => card?.querySelector(".card-name");
const place = (card) => ({ list: card.parentElement, next: card.nextElementSibling });

function put(card, { list, next }) {
  list.insertBefore(card, next?.parentElement === list ? next : null);
}

// What the server was asked last about a card, by its id: it knows no version but the one it answered with.
const underway = new Map();

document.addEventListener("board:move", async ({ target: card, detail }) => {
  const from = detail.from ?? place(card);
  const focused = detail.via !== "drag" || card.contains(document.activeElement);
  if (!detail.from) put(card, { list: detail.list, next: detail.after ? detail.after.nextElementSibling : detail.list.firstElementChild });
  if (focused) link(card)?.focus({ preventScroll: detail.via === "menu" });
  const id = card.id;
  const current = () => document.getElementById(id) ?? card;
  // What follows a refused move is not asked for: the card is back where both began.
  const asked = (underway.get(id) ?? Promise.resolve(true)).then((went) => (went ? ask(current(), detail) : null));
  underway.set(id, asked);
  const answered = await asked;
  if (underway.get(id) === asked) underway.delete(id);
  const now = current();
  if (answered === false) put(now, from);
  if (focused && (document.activeElement === document.body || now.contains(document.activeElement))) link(now)?.focus();
  if (!answered) document.getElementById("board-pulse")?.dispatchEvent(new CustomEvent("board:ring"));
});

// Whether the server took the move. What it says instead is swapped in by its own fragment.
async function ask(card, { list, after, via, said }) {
  let status = 0;
  const heard = (event) => {
    status = event.detail.ctx.response?.status ?? 0;
    // A refusal without a card in it is said, not put in the card's place.
    if (status >= 400 && status !== 409) {
      event.preventDefault();
      refuse(event.detail.ctx.text);
    } else if (said) document.querySelector("#sheet > dialog")?.close();
  };
  card.addEventListener("htmx:after:request", heard);
  const values = { stage: list.dataset.stage, after_id: after ? after.id.slice(5, 31) : "", version: card.dataset.version, via, ...said };
  try {
    await htmx.ajax("POST", `/cards/${card.id.slice(5, 31)}/stage`, { source: card, target: card, swap: "outerHTML", values });
  } catch { /* the network is away; the card goes back */ }
  card.removeEventListener("htmx:after:request", heard);
  return status >= 200 && status < 300;
}

// A stage that asks, or the stages that are left, come as a sheet; any other refusal as a sentence.
function refuse(html) {
  const sheet = document.getElementById("sheet");
  if (!html?.includes("<dialog")) return say(html ?? "");
  sheet.innerHTML = html;
  htmx.process(sheet);
}

function say(html) {
  const words = new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.behaviour = "toast";
  toast.append(Object.assign(document.createElement("p"), { textContent: words }));
  document.getElementById("toasts").append(toast);
  htmx.process(toast);
}

// "Move to…" is a link to a page; on the board its sheet is laid over.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.(".stages .card-move");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  htmx.ajax("GET", opener.getAttribute("href"), { source: opener, target: "#sheet", swap: "innerHTML" });
});

// The sheet's forms take the same way as a drag, when their card is on the page; a gate's stays until it is content.
document.addEventListener("submit", (event) => {
  const gate = event.target.matches?.(".gate-form");
  const card = (gate || event.target.matches?.(".move-form")) && document.getElementById(event.target.dataset.card);
  const sent = card && Object.fromEntries(new FormData(event.target, event.submitter));
  const list = card && document.getElementById(`stage-${sent.stage}-cards`);
  if (!list || !card.closest(".stages")) return;
  event.preventDefault();
  event.stopPropagation();
  if (!gate) event.target.closest("dialog").close();
  const detail = { list, after: document.getElementById(`card-${sent.after_id}-row`), via: sent.via || "menu" };
  if (gate) detail.said = Object.fromEntries(Object.entries(sent).filter(([name]) => !["stage", "version", "via", "after_id"].includes(name)));
  card.dispatchEvent(new CustomEvent("board:move", { bubbles: true, detail }));
}, true);
