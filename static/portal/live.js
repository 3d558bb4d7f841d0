/* The one websocket of a page. Others listen to "live:event" and "live:back" on the document.
   Numbers are given before commits, so an older one may come late: each is taken once, in any order. */
import { age } from "./time.js";

const bar = document.getElementById("live-bar");
const shownUpTo = Number(document.body.dataset.liveSeq || 0);
const seen = new Set((document.body.dataset.liveSeen || "").split(" ").map(Number));
let seq = shownUpTo;
let heardAt = new Date();
let attempt = 0;
let leaving = false;

function show(lost) {
  if (!bar) return;
  bar.hidden = !lost;
  if (lost) bar.querySelector("[data-live-age]").textContent = age(heardAt);
}

function received(message) {
  heardAt = new Date();
  if (message.seq) {
    if (seen.has(message.seq)) return;
    seen.add(message.seq);
    message.replayed = message.seq <= shownUpTo;
    seq = Math.max(seq, message.seq);
  }
  document.dispatchEvent(new CustomEvent("live:event", { detail: message }));
}

export function connect() {
  if (!document.body.dataset.liveUrl) return;
  const url = new URL(document.body.dataset.liveUrl, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ since: seq }));
    if (attempt > 0) document.dispatchEvent(new CustomEvent("live:back"));
    attempt = 0;
    heardAt = new Date();
    show(false);
    document.body.dataset.live = "on";
  });
  socket.addEventListener("message", (event) => received(JSON.parse(event.data)));
  socket.addEventListener("close", (event) => {
    document.body.dataset.live = "off";
    if (leaving) return;
    if (event.code === 4401) { location.reload(); return; }
    attempt += 1;
    if (attempt > 1) show(true);
    setTimeout(connect, Math.min(500 * 2 ** attempt, 15000) * (0.7 + Math.random() * 0.6));
  });
}

addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; location.reload(); } });
setInterval(() => bar && !bar.hidden && show(true), 5000);
