// Lays a sheet that arrives in #sheet over the page, and gives the focus back to what opened it when it closes.
let opener = null;

document.addEventListener("htmx:before:request", (event) => {
  // Others ask for something while a sheet is on its way or open, such as a page that asks for news.
  const { target } = event.detail.ctx;
  if (target === "#sheet" || target?.id === "sheet") opener = event.target;
});

function bind() {
  const sheet = document.querySelector('#sheet > dialog[data-behaviour~="sheet"]:not([data-bound])');
  if (!sheet) return;
  sheet.dataset.bound = "";
  // Not close(): its event would come later and take the sheet for closed.
  sheet.removeAttribute("open");
  sheet.showModal();
  sheet.addEventListener("close", () => leave(sheet));
  // A press on the veil arrives at the dialog itself, outside its box.
  sheet.addEventListener("pointerdown", (event) => { if (event.target === sheet && outside(sheet, event)) sheet.close(); });
  sheet.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    sheet.close();
  });
}

function outside(sheet, { clientX, clientY }) {
  const box = sheet.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

function leave(sheet) {
  sheet.remove();
  if (opener?.isConnected) opener.focus();
}

// An answer that changes the page from inside the sheet, and leaves nothing in it, has done what it was opened for.
document.addEventListener("htmx:after:swap", (event) => {
  const sheet = document.querySelector("#sheet > dialog[open]");
  const status = event.detail.ctx.response?.status ?? event.detail.ctx.response?.raw?.status;
  if (sheet && event.target.closest?.("#sheet") && status < 300 && event.detail.ctx.request.method !== "GET") sheet.close();
});

document.addEventListener("htmx:after:process", bind);
