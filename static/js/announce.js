// Says in the page's one live region whatever another module asks it to say.
let clearing;

document.addEventListener("omni:say", (event) => {
  const region = document.querySelector('[data-behaviour~="announce"]');
  if (!region) return;
  // The same sentence twice is only read twice when the region was empty in between.
  region.textContent = "";
  clearTimeout(clearing);
  requestAnimationFrame(() => { region.textContent = event.detail; });
  clearing = setTimeout(() => { region.textContent = ""; }, 10000);
});
