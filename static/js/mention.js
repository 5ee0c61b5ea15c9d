// Offers teammates' names behind an @ in a note. Without it the name is typed, and means the same.
const WORD = /(^|\s)@([\p{L}\p{N}'’ -]{0,30})$/u;
const MOST = 5;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function bind(root) {
  for (const box of root.querySelectorAll?.('textarea[data-behaviour~="mention"]:not([data-bound])') ?? []) {
    box.dataset.bound = "";
    box.addEventListener("input", () => offer(box));
    box.addEventListener("keydown", (event) => choose(event, box));
    box.addEventListener("blur", () => setTimeout(() => close(box), 200));
  }
}

function offer(box) {
  close(box);
  const typed = WORD.exec(box.value.slice(0, box.selectionStart));
  if (!typed) return;
  const names = JSON.parse(box.dataset.mates).filter((name) => starts(name, plain(typed[2]))).slice(0, MOST);
  if (!names.length || (names.length === 1 && plain(names[0]) === plain(typed[2]))) return;
  const list = document.createElement("div");
  list.className = "mention-names";
  list.setAttribute("role", "listbox");
  for (const [n, name] of names.entries()) list.append(option(box, name, typed[2].length, n === 0));
  box.after(list);
}

const starts = (name, text) => plain(name).split(" ").some((_, n, all) => all.slice(n).join(" ").startsWith(text));

function option(box, name, length, first) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.textContent = name;
  button.setAttribute("role", "option");
  button.setAttribute("aria-selected", first);
  // Pressed before the box loses the focus.
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    write(box, name, length);
  });
  button.dataset.length = length;
  return button;
}

function write(box, name, length) {
  const at = box.selectionStart;
  box.setRangeText(`${name} `, at - length, at, "end");
  close(box);
  box.focus();
}

function choose(event, box) {
  const list = listOf(box);
  if (!list) return;
  const all = [...list.children];
  const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") close(box);
  else if (event.key === "Enter" || event.key === "Tab") write(box, all[now].textContent, Number(all[now].dataset.length));
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = (now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length;
    all.forEach((one, n) => one.setAttribute("aria-selected", n === next));
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

const listOf = (box) => (box.nextElementSibling?.matches(".mention-names") ? box.nextElementSibling : null);
const close = (box) => listOf(box)?.remove();

document.addEventListener("htmx:after:swap", () => bind(document));
bind(document);
