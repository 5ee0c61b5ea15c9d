// Copies what a button's data-copy names: an element's value or words, or its own data-text.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.('[data-behaviour~="copy"]');
  if (!button) return;
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = source ? (source.value ?? source.textContent).trim() : button.dataset.text;
  if (await put(text, source)) {
    document.dispatchEvent(new CustomEvent("omni:say", { detail: button.dataset.done }));
    show(button);
  }
});

async function put(text, source) {
  // Plain http on a local network has no clipboard: then the words are chosen, ready to be copied by hand.
  if (navigator.clipboard) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* refused: choose the words instead */ }
  }
  if (source?.select) source.select();
  else if (source) getSelection().selectAllChildren(source);
  return false;
}

function show(button) {
  const words = button.querySelector("span");
  if (!words || button.dataset.was) return;
  button.dataset.was = words.textContent;
  words.textContent = button.dataset.done;
  setTimeout(() => { words.textContent = button.dataset.was; delete button.dataset.was; }, 2000);
}
