/* Short notes at the bottom. The server sends them as an event: {"toast": {"text", "tone", "undo"}}. */
const box = document.getElementById("toasts");

export function toast({ text, tone = "", action = null, seconds = 6 }) {
  if (!box) return;
  const note = document.createElement("div");
  note.className = `toast-note ${tone}`;
  note.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.name });
    button.addEventListener("click", () => { action.run(); note.remove(); });
    note.append(button);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => note.remove());
  note.append(close);
  box.append(note);
  if (tone !== "bad") setTimeout(() => note.remove(), seconds * 1000);
}

document.addEventListener("toast", (event) => {
  const { text, tone, undo_url: undoUrl, undo_name: undoName } = event.detail;
  const action = undoUrl ? { name: undoName, run: () => window.htmx.ajax("POST", undoUrl, { swap: "none" }) } : null;
  toast({ text, tone, action });
});

document.addEventListener("htmx:responseError", (event) => {
  const id = event.detail.xhr.getResponseHeader("X-Correlation-Id") || "";
  const words = document.body.dataset.requestFailed || "The server could not do this.";
  toast({ text: `${words} (${event.detail.xhr.status}${id ? `, ${id}` : ""})`, tone: "bad" });
});
document.addEventListener("htmx:sendError", () => {
  toast({ text: document.body.dataset.serverSilent || "The server does not answer. Nothing was changed.", tone: "bad" });
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast({ text: document.body.dataset.copied || "Copied.", seconds: 2 });
});
