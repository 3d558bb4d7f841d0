/* Sends files to an appliance manager by the protocol tus 1.0: in pieces, going on after whatever broke them off.
   The list of uploads is the server's; rows of files this page sends show what is known here. */
const form = document.querySelector("[data-uploads]");
const PIECE_BYTES = 32 * 1024 * 1024;
const WAITS_MS = [1000, 2000, 5000, 10000, 30000];
const AT_ONCE = 2;
const TUS = { "Tus-Resumable": "1.0.0" };
const FINAL = new Set([400, 403, 404, 410, 413, 415, 422, 507]);
const sending = new Map();
const waiting = [];
let running = 0;

class Refused extends Error {}

async function post(url, fields) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...fields });
  const answer = await fetch(url, { method: "POST", body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Refused(told.why || `${answer.status}`), { remedy: told.remedy, code: told.code });
  return told;
}

function refuse(name, error) {
  const note = document.getElementById("upload-refusal").content.cloneNode(true);
  note.querySelector("strong").textContent = name;
  note.querySelector("span").textContent = [error.message, error.remedy, error.code].filter(Boolean).join(" · ");
  form.querySelector("[data-upload-refused]").append(note);
}

function ask(job, method, { headers = {}, body = null, url = job.file } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries({ ...TUS, ...headers, Authorization: `Ticket ${job.ticket}` })) {
      request.setRequestHeader(name, value);
    }
    const start = job.offset;
    request.upload.onprogress = (event) => { if (body) { job.shown = start + event.loaded; paint(job); } };
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = () => reject(new Error("lost"));
    request.onabort = () => reject(new Error("stopped"));
    job.request = request;
    request.send(body);
  });
}

async function renew(job) {
  job.ticket = (await post(form.dataset.ticketUrl.replace("/0/", `/${job.id}/`), {})).ticket;
}

function offsetIn(answer) { return Number(answer.getResponseHeader("Upload-Offset")); }

async function begin(job) {
  const answer = await ask(job, "POST", { url: job.address, headers: { "Upload-Length": job.blob.size } });
  if (answer.status === 201) { job.offset = offsetIn(answer); job.begun = true; }
  return answer;
}

async function sendPiece(job) {
  const piece = job.blob.slice(job.offset, job.offset + PIECE_BYTES);
  const headers = { "Upload-Offset": job.offset, "Content-Type": "application/offset+octet-stream" };
  const answer = await ask(job, "PATCH", { headers, body: piece });
  if (answer.status === 204 || answer.status === 409) job.offset = offsetIn(answer);
  return answer;
}

async function step(job) {
  const answer = job.begun ? await sendPiece(job) : await begin(job);
  if (answer.status === 401) await renew(job);
  else if (FINAL.has(answer.status)) throw new Refused(JSON.parse(answer.responseText || "{}").collection?.[0]?.message || `${answer.status}`);
  else if (![201, 204, 409].includes(answer.status)) throw new Error("lost");
}

async function findOffset(job) {
  const answer = await ask(job, "HEAD");
  if (answer.status === 200) job.offset = offsetIn(answer);
  else if (answer.status === 404) job.begun = false;
  else if (answer.status === 401) await renew(job);
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

async function run(job) {
  let failures = 0;
  while (!job.stopped && (!job.begun || job.offset < job.blob.size)) {
    if (job.paused) { await new Promise((resolve) => { job.wake = resolve; }); continue; }
    try {
      if (failures && job.begun) await findOffset(job);
      job.lost = false;
      const before = job.offset;
      await step(job);
      if (job.offset > before) failures = 0;
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (job.paused || job.stopped) continue;
      job.lost = true;
      paint(job);
      await pause(WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)]);
    }
  }
  job.done = !job.stopped;
}

async function start(job) {
  running += 1;
  try {
    await run(job);
  } catch (error) {
    refuse(job.blob.name, error);
  } finally {
    running -= 1;
    if (!job.done) sending.delete(job.id);
    paint(job);
    refresh();
    next();
  }
}

function next() { while (running < AT_ONCE && waiting.length) start(waiting.shift()); }

async function take(file) {
  try {
    const told = await post(form.dataset.beginUrl, {
      name: file.name, size: file.size, mark: String(file.lastModified), location: form.elements.location.value,
    });
    if (sending.has(told.id) && !sending.get(told.id).done) return;
    const job = { ...told, blob: file, offset: 0, shown: 0, since: Date.now(), begun: false };
    sending.set(job.id, job);
    waiting.push(job);
  } catch (error) { refuse(file.name, error); }
}

async function takeAll(files) {
  form.querySelector("[data-upload-refused]").replaceChildren();
  for (const file of files) await take(file);
  refresh();
  next();
}

function refresh() { window.htmx.trigger(document.body, "uploadsChanged"); }

function left(job) {
  const seconds = (Date.now() - job.since) / 1000;
  const rate = (job.shown - (job.from ??= job.shown)) / Math.max(seconds, 1);
  if (rate < 1 || seconds < 3) return "";
  const rest = Math.ceil((job.blob.size - job.shown) / rate);
  const spoken = rest > 90 ? `${Math.ceil(rest / 60)} min` : `${rest} s`;
  return ` · ${(rate / 1048576).toFixed(rate > 10485760 ? 0 : 1)} MiB/s · ${spoken} ${form.dataset.wordsLeft}`;
}

function wordOf(job) {
  const words = form.dataset;
  if (job.done) return words.wordsDone;
  return job.paused ? words.wordsPaused : words.wordsSending;
}

function noteOf(job, percent) {
  const words = form.dataset;
  if (job.done) return words.wordsChecking;
  if (job.paused) return `${percent} % · ${words.wordsPaused}`;
  if (job.lost) return `${percent} % · ${words.wordsLost}`;
  return job.begun ? `${percent} %${left(job)}` : words.wordsStarting;
}

function paint(job) {
  const row = document.querySelector(`[data-upload="${job.id}"]`);
  if (!row || !sending.has(job.id)) return;
  if (row.dataset.state === "checking") return;
  if (!["waiting", "receiving"].includes(row.dataset.state)) { stop(job); sending.delete(job.id); return; }
  const percent = Math.floor((100 * Math.max(job.shown, job.offset)) / job.blob.size);
  const bar = row.querySelector("progress");
  if (bar && job.done) bar.removeAttribute("value");
  else if (bar) bar.value = percent;
  row.querySelector("[data-upload-note]").textContent = noteOf(job, percent);
  row.querySelector("[data-upload-word]").textContent = wordOf(job);
  row.querySelector("[data-upload-pause]").hidden = job.paused || job.done;
  row.querySelector("[data-upload-resume]").hidden = !job.paused || job.done;
}

function stop(job) {
  job.stopped = true;
  job.request?.abort();
  job.wake?.();
}

function setPaused(job, paused) {
  job.paused = paused;
  if (paused) job.request?.abort();
  else { job.since = Date.now(); job.from = job.offset; job.wake?.(); }
  paint(job);
}

function listen() {
  const zone = form.querySelector("[data-upload-zone]");
  const input = form.querySelector("[data-upload-files]");
  input.addEventListener("change", () => { takeAll([...input.files]); input.value = ""; });
  // Browsers open the chooser on the space bar alone; Enter is what people press.
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); input.click(); } });
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); takeAll([...event.dataTransfer.files]); });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const job = sending.get(Number(event.target.closest("[data-upload]")?.dataset.upload));
    if (!job) return;
    if (event.target.closest("[data-upload-pause]")) setPaused(job, true);
    if (event.target.closest("[data-upload-resume]")) setPaused(job, false);
    if (event.target.closest("[data-upload-cancel]")) stop(job);
  });
  document.addEventListener("htmx:afterSettle", () => sending.forEach(paint));
  // The list asks every few seconds: that one question stays unanswered is told by the rows themselves.
  document.querySelector(".upload-list").addEventListener("htmx:sendError", (event) => event.stopPropagation());
  addEventListener("beforeunload", (event) => {
    if (![...sending.values()].some((job) => !job.done)) return;
    event.preventDefault();
    event.returnValue = form.dataset.wordsLeave;
  });
}

if (form) listen();
