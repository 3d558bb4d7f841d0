/* The keyboard: Ctrl-K, /, g + letter, j k Enter x over rows, t, ?. Never while somebody types. */
import { openPalette } from "./palette.js";
import { toggleDrawer } from "./drawer.js";

const places = JSON.parse(document.body.dataset.shortcuts || "{}");
let waitsForPlace = 0;

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("current"));
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle("current", row === next));
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const currentRow = () => document.querySelector("[data-row].current");

const plainKeys = {
  "/": () => (document.querySelector("[data-list-search]") || { focus: openPalette }).focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
  t: () => toggleDrawer(),
  g: () => { waitsForPlace = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], [data-takes-keys]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (Date.now() - waitsForPlace < 1200 && places[event.key]) {
    waitsForPlace = 0;
    location.assign(places[event.key]);
    return;
  }
  const action = plainKeys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
