/* A field that chooses among very many: typing searches, arrows and Enter choose, what is chosen stands as chips. */
const WAIT_MS = 150;
let numbered = 0;

function start(field) {
  const part = (name) => field.querySelector(`[data-chooser-${name}]`);
  const [value, chips, search, entries, told, template] = ["value", "chips", "search", "entries", "told", "chip"].map(part);
  let waiting = 0;
  let asked = null;

  const chosen = () => value.value.split(",").filter(Boolean);
  const options = () => [...entries.querySelectorAll("[role=option]:not([aria-disabled])")];
  const marked = () => entries.querySelector(".current");

  function mark(option) {
    marked()?.classList.remove("current");
    if (!option) return search.removeAttribute("aria-activedescendant");
    option.id ||= `chooser-entry-${numbered += 1}`;
    option.classList.add("current");
    option.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", option.id);
  }

  function open(shown) {
    entries.hidden = !shown;
    search.setAttribute("aria-expanded", String(shown));
    if (!shown) mark(null);
  }

  function refresh() {
    const ids = new Set(chosen());
    for (const option of options()) {
      if (option.dataset.id) option.setAttribute("aria-selected", String(ids.has(option.dataset.id)));
    }
  }

  async function load(after = "") {
    asked?.abort();
    asked = new AbortController();
    const address = `${field.dataset.url}?${new URLSearchParams({ q: search.value, after })}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.headers.get("HX-Redirect")) return location.reload();
      if (!answer.ok) return;
      const text = await answer.text();
      const known = options().length;
      if (after) entries.querySelector("[data-next]")?.remove();
      else entries.replaceChildren();
      entries.insertAdjacentHTML("beforeend", text);
      refresh();
      open(true);
      mark(after ? options()[known - 1] : null);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function chip(id, label) {
    const made = template.content.firstElementChild.cloneNode(true);
    const button = made.querySelector("[data-chooser-remove]");
    made.dataset.id = id;
    made.querySelector("[data-chooser-label]").textContent = label;
    button.setAttribute("aria-label", `${button.getAttribute("aria-label").trim()} ${label}`);
    return made;
  }

  function set(id, label, isChosen) {
    value.value = (isChosen ? [...chosen(), id] : chosen().filter((each) => each !== id)).join(",");
    if (isChosen) chips.append(chip(id, label));
    else chips.querySelector(`[data-id="${id}"]`)?.remove();
    told.textContent = (isChosen ? field.dataset.added : field.dataset.removed).replace("NAME", label);
    refresh();
  }

  function take(option) {
    if (option.dataset.next) return load(option.dataset.next);
    const { id } = option.dataset;
    if (id) set(id, option.textContent, !chosen().includes(id));
  }

  const keys = {
    ArrowDown: (all, now) => (entries.hidden ? load() : mark(all[(now + 1) % all.length])),
    ArrowUp: (all, now) => mark(all[(now - 1 + all.length) % all.length]),
    Enter: (all, now) => all[now] && take(all[now]),
  };

  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(load, WAIT_MS);
  });
  search.addEventListener("click", () => entries.hidden && load());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !entries.hidden) {
      event.stopPropagation();
      open(false);
    }
    if (!keys[event.key]) return;
    event.preventDefault();
    const all = options();
    keys[event.key](all, all.indexOf(marked()));
  });
  entries.addEventListener("mousedown", (event) => event.preventDefault());
  entries.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) take(option);
  });
  chips.addEventListener("click", (event) => {
    const row = event.target.closest("[data-chooser-remove]")?.closest("[data-id]");
    if (!row) return;
    const next = row.nextElementSibling || row.previousElementSibling;
    set(row.dataset.id, row.querySelector("[data-chooser-label]").textContent, false);
    (next?.querySelector("[data-chooser-remove]") || search).focus();
  });
  field.addEventListener("focusout", (event) => field.contains(event.relatedTarget) || open(false));
}

document.querySelectorAll("[data-chooser]").forEach(start);
