/* Selecting rows: the sticky bar shows how many and what can be done with them. */
const bar = document.querySelector("[data-bulk]");

const boxes = () => [...document.querySelectorAll("input[data-select]")];

export function update() {
  if (!bar) return;
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.classList.toggle("selected", box.checked);
  bar.hidden = chosen.length === 0;
  bar.querySelector("[data-bulk-count]").textContent = chosen.length;
  const every = document.querySelector("input[data-select-all]");
  if (every) {
    every.checked = all.length > 0 && chosen.length === all.length;
    every.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-select-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches("input[data-select], input[data-select-all]")) update();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear-selection]")) return;
  for (const box of boxes()) box.checked = false;
  update();
});
document.addEventListener("htmx:afterSettle", update);
update();
