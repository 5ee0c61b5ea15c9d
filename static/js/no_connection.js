// Says that the network is away when something a person did could not be sent; what asks by itself stays silent.
const ASKS_BY_ITSELF = '[data-behaviour~="poll"], [data-behaviour~="board-live"]';

document.addEventListener("htmx:error", (event) => {
  const { ctx, error } = event.detail;
  const place = document.getElementById("toasts");
  if (!(error instanceof TypeError) || ctx?.response || event.target.closest?.(ASKS_BY_ITSELF)) return;
  if (document.getElementById("no-connection-said")) return;
  const toast = document.getElementById("no-connection").content.firstElementChild.cloneNode(true);
  toast.id = "no-connection-said";
  place.append(toast);
  htmx.process(toast);
});
