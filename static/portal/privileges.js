/* The role editor: search among privileges, choose all of a group, count what is chosen. */
const editor = document.querySelector("[data-privileges]");
const search = editor.querySelector("[data-privileges-search]");
const groups = [...editor.querySelectorAll("[data-group]")];

const boxes = (group) => [...group.querySelectorAll("input[name=privilege]")];
const shown = (group) => boxes(group).filter((box) => !box.closest("[data-privilege]").hidden && !box.disabled);

function count() {
  for (const group of groups) {
    const all = group.querySelector("[data-group-all] input");
    const able = shown(group);
    const chosen = able.filter((box) => box.checked).length;
    group.querySelector("[data-group-held]").textContent = boxes(group).filter((box) => box.checked).length;
    all.checked = able.length > 0 && chosen === able.length;
    all.indeterminate = chosen > 0 && chosen < able.length;
    all.disabled = able.length === 0;
  }
  const every = groups.flatMap(boxes);
  editor.querySelector("[data-privileges-chosen]").textContent = `${every.filter((box) => box.checked).length} / ${every.length}`;
}

function narrow() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = false;
  for (const group of groups) {
    const lines = [...group.querySelectorAll("[data-privilege]")];
    for (const line of lines) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
    group.hidden = lines.every((line) => line.hidden);
    if (words.length && !group.hidden) group.open = true;
    found ||= !group.hidden;
  }
  editor.querySelector("[data-privileges-none]").hidden = found;
  count();
}

for (const group of groups) {
  const all = group.querySelector("[data-group-all]");
  all.hidden = false;
  all.querySelector("input").addEventListener("change", (event) => {
    for (const box of shown(group)) box.checked = event.target.checked;
    count();
  });
}
editor.addEventListener("change", count);
search.addEventListener("input", narrow);
search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
count();
