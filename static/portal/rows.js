/* Patches what is on the page when something changes: the state at once from the message,
   everything else from the server's own rendering, asked for once per burst. */
import { update as updateSelection } from "./select.js";
import { refresh as refreshAges } from "./time.js";

const templates = new Map([...document.querySelectorAll("[data-state-template]")].map((t) => [t.dataset.stateTemplate, t]));
const ENDED = ["succeeded", "failed", "cancelled"];
const waiting = new Set();
const shown = new Map();
let timer = null;

function flash(element) {
  element.classList.remove("flash");
  void element.offsetWidth;
  element.classList.add("flash");
}

function patchState(subject, state) {
  const template = templates.get(state);
  if (!template) return;
  for (const place of document.querySelectorAll(`[data-state-of="${subject}"]`)) {
    if (place.querySelector("[data-state]")?.dataset.state === state) continue;
    shown.clear();
    place.replaceChildren(template.content.firstElementChild.cloneNode(true));
    flash(place.closest("tr") || place.firstElementChild);
  }
}

function replaceRow(old, fresh) {
  const box = old.querySelector("input[data-select]");
  if (box?.checked) fresh.querySelector("input[data-select]").checked = true;
  if (old.classList.contains("current")) fresh.classList.add("current");
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (hadFocus) fresh.querySelector("a")?.focus({ preventScroll: true });
  window.htmx.process(fresh);
}

async function refreshRows(list, subjects) {
  const url = new URL(list.dataset.liveRows, location.href);
  url.searchParams.set("ids", subjects.map((subject) => subject.split(":")[1]).join(","));
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!response.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  for (const subject of subjects) {
    const old = list.querySelector(`[data-live="${subject}"]`);
    const fresh = holder.content.querySelector(`[data-live="${subject}"]`);
    if (old && fresh) replaceRow(old, fresh);
    else old?.remove();
  }
  refreshAges(list);
  updateSelection();
}

function refreshWaiting() {
  timer = null;
  for (const list of document.querySelectorAll("[data-live-rows]")) {
    const subjects = [...waiting].filter((subject) => list.querySelector(`[data-live="${subject}"]`));
    if (subjects.length) refreshRows(list, subjects);
  }
  for (const part of document.querySelectorAll("[data-live-part]")) {
    if (part.dataset.livePart.split(" ").some((subject) => waiting.has(subject))) window.htmx.trigger(part, "changed");
  }
  waiting.clear();
}

function refreshSubject(subject) {
  waiting.add(subject);
  timer ??= setTimeout(refreshWaiting, 150);
}

document.addEventListener("live:event", (event) => {
  const { kind, subject_type: type, subject_id: id, data = {}, replayed } = event.detail;
  const subject = `${type}:${id}`;
  const running = kind.startsWith("operation.") && !ENDED.includes(data.status) && !data.aside;
  if (!replayed) patchState(subject, running ? "LOCKED" : data.state);
  refreshSubject(subject);
});

/* Lists of what happened, and counts: the newest is fetched at most once a second, never under a scrolled page. */
let newsTimer = null;
document.addEventListener("live:event", (event) => {
  if (!event.detail.seq || newsTimer) return;
  newsTimer = setTimeout(() => {
    newsTimer = null;
    if (scrollY > 300 || new URLSearchParams(location.search).has("after")) return;
    for (const part of document.querySelectorAll("[data-live-new]")) window.htmx.trigger(part, "activity");
  }, 1000);
});

/* A part that did not change is left alone: nobody loses the button under the pointer. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, xhr } = event.detail.requestConfig ? { elt: event.detail.requestConfig.elt, xhr: event.detail.xhr } : {};
  if (!elt?.matches?.("[data-live-part]")) return;
  const address = event.detail.pathInfo.requestPath;
  if (shown.get(address) === xhr.responseText) event.detail.shouldSwap = false;
  shown.set(address, xhr.responseText);
});

document.addEventListener("live:back", () => {
  for (const row of document.querySelectorAll("[data-live]")) refreshSubject(row.dataset.live);
  for (const part of document.querySelectorAll("[data-live-part]")) window.htmx.trigger(part, "changed");
});
