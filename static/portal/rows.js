/* Patches what is on the page when something changes: the state at once from the message,
   everything else from the server's own rendering, asked for once per burst. */
const templates = new Map([...document.querySelectorAll("[data-state-template]")].map((t) => [t.dataset.stateTemplate, t]));
const waiting = new Set();
let timer = null;

function badge(state, percent) {
  const template = templates.get(state);
  if (!template) return null;
  const element = template.content.firstElementChild.cloneNode(true);
  if (percent !== undefined && percent !== null) {
    const share = Object.assign(document.createElement("span"), { textContent: `${percent} %` });
    share.dataset.statePercent = "";
    element.append(share);
  }
  return element;
}

function patchState(subject, state, percent) {
  for (const place of document.querySelectorAll(`[data-state-of="${subject}"]`)) {
    const next = badge(state, percent);
    if (!next) continue;
    const changed = place.querySelector("[data-state]")?.dataset.state !== state;
    place.replaceChildren(next);
    if (changed) {
      const row = place.closest("[data-live]") || place;
      row.classList.remove("flash");
      void row.offsetWidth;
      row.classList.add("flash");
    }
  }
}

function refreshWaiting() {
  timer = null;
  for (const list of document.querySelectorAll("[data-live-rows]")) {
    const ids = [...waiting].filter((subject) => list.querySelector(`[data-live="${subject}"]`));
    if (ids.length) {
      const url = new URL(list.dataset.liveRows, location.href);
      url.searchParams.set("ids", ids.map((subject) => subject.split(":")[1]).join(","));
      window.htmx.ajax("GET", url.pathname + url.search, { target: list, swap: "none" });
    }
  }
  for (const part of document.querySelectorAll("[data-live-part]")) {
    if (part.dataset.livePart.split(" ").some((subject) => waiting.has(subject))) window.htmx.trigger(part, "changed");
  }
  waiting.clear();
}

export function refreshSubject(subject) {
  waiting.add(subject);
  timer ??= setTimeout(refreshWaiting, 150);
}

document.addEventListener("live:event", (event) => {
  const { kind, subject_type: type, subject_id: id, data = {} } = event.detail;
  const subject = `${type}:${id}`;
  if (kind === "operation.progressed") {
    if (["succeeded", "failed", "cancelled"].includes(data.status)) refreshSubject(subject);
    else { patchState(subject, "LOCKED", data.percent); if (data.status !== "running") refreshSubject(subject); }
    return;
  }
  if (data.state) patchState(subject, data.state);
  refreshSubject(subject);
});

document.addEventListener("live:back", () => {
  for (const row of document.querySelectorAll("[data-live]")) refreshSubject(row.dataset.live);
  for (const part of document.querySelectorAll("[data-live-part]")) window.htmx.trigger(part, "changed");
});
