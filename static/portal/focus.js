/* Who acts by keyboard keeps their place when the part of the page they are in is replaced. */
let left = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  left = place.tagName !== "DIALOG" && place.contains(document.activeElement) ? place.id : "";
});

document.addEventListener("htmx:afterSettle", () => {
  const place = left && document.activeElement === document.body ? document.getElementById(left) : null;
  left = "";
  if (!place) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
});
