/* Ctrl-K: search over objects, actions and pages. Results are links, so the keyboard only moves a mark. */
const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const results = document.getElementById("palette-results");

const items = () => [...results.querySelectorAll(".palette-item")];

function mark(index) {
  const all = items();
  if (!all.length) return input.removeAttribute("aria-activedescendant");
  const chosen = all[(index + all.length) % all.length];
  all.forEach((item, number) => {
    item.id = `palette-item-${number}`;
    item.classList.toggle("current", item === chosen);
    item.setAttribute("aria-selected", String(item === chosen));
  });
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.value = "";
  input.focus();
  window.htmx.trigger(input, "opened");
}

if (dialog) {
  document.addEventListener("click", (event) => event.target.closest("[data-open-palette]") && openPalette());
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  results.addEventListener("htmx:afterSwap", () => mark(0));
  input.addEventListener("keydown", (event) => {
    const current = items().findIndex((item) => item.classList.contains("current"));
    if (event.key === "ArrowDown") { event.preventDefault(); mark(current + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); mark(current - 1); }
    if (event.key === "Enter") { event.preventDefault(); items()[current]?.click(); }
  });
}
