// Offers the device's own way to share, where there is one: a hidden button with data-title and data-url appears.
for (const button of document.querySelectorAll('[data-behaviour~="share"]')) {
  if (navigator.share) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.('[data-behaviour~="share"]');
  if (!button) return;
  try {
    await navigator.share({ title: button.dataset.title, url: button.dataset.url });
  } catch (fault) {
    // Closing the share panel is a choice, not a fault.
    if (fault.name !== "AbortError") throw fault;
  }
});
