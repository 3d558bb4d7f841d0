/* One machine's console: gets a ticket, shows the screen, and says in words why it ends and what to do. */
import RFB from "../vendor/novnc/core/rfb.js";
import { COMBINATIONS, press, typeText, untypable } from "./keys.js";

const LONGEST_WAIT_MS = 15000;
const STEADY_MS = 20000;
const SCALE_KEY = "atrium-console-scale";

class Console {
  constructor(root) {
    this.root = root;
    this.advice = JSON.parse(root.querySelector("#console-advice").textContent);
    this.words = this.find("[data-console-words]").dataset;
    this.subject = { type: "virtual_machine", id: Number(root.dataset.machine) };
    this.attempt = 0;
    this.generation = 0;
    this.waitsForMachine = false;
    this.scale = localStorage.getItem(SCALE_KEY) !== "off";
    this.fillKeys();
    this.showScale();
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("pointerdown", (event) => event.target.closest("[data-console-menu]") || this.closeMenu(), true);
    this.find("[data-console-menu]").addEventListener("keydown", (event) => event.key === "Escape" && this.closeMenu());
    this.preparePaste();
    this.onLive = (event) => this.heard(event.detail);
    document.addEventListener("live:event", this.onLive);
    this.connect();
  }

  find(selector) { return this.root.querySelector(selector); }

  async connect() {
    const generation = this.drop();
    this.mayRunNow = false;
    this.cover(this.words.connecting, "", "loader-2", false);
    this.status("");
    let answer;
    try {
      answer = await this.ticket();
    } catch {
      if (generation !== this.generation) return;
      this.cover(this.advice.lost.title, this.words.unanswered, this.advice.lost.icon, true);
      this.connectLater();
      return;
    }
    if (generation !== this.generation) return;
    if (answer.ticket) this.open(answer, generation);
    else this.refused(answer);
  }

  async ticket() {
    const response = await fetch(this.root.dataset.ticketUrl, {
      method: "POST", headers: { "X-CSRFToken": this.root.dataset.csrf, Accept: "application/json" },
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (response.status === 403 && !isJson) return { title: this.words.stale, code: "STALE" };
    const answer = await response.json();
    if (answer.sign_in) location.reload();
    return answer;
  }

  refused(answer) {
    if (answer.code === "STALE") return this.cover(this.words.refused, answer.title, "refresh-alert", true);
    const mayWait = answer.code !== "PRIVILEGE_MISSING";
    if (mayWait && this.mayRunNow) return this.connect();
    this.waitsForMachine = mayWait;
    const advice = this.waitsForMachine ? this.advice[4409] : this.advice[4403];
    this.cover(answer.title, answer.help || advice.help, advice.icon, true);
  }

  open({ ticket, address }, generation) {
    const url = new URL(address, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, ["binary", `ticket.${ticket}`]);
    socket.addEventListener("close", (event) => {
      if (generation === this.generation) this.ended(event.code, event.reason);
    });
    const rfb = new RFB(this.find("[data-console-screen]"), socket, { shared: true });
    rfb.background = "transparent";
    rfb.showDotCursor = true;
    this.rfb = rfb;
    this.showScale();
    rfb.addEventListener("connect", () => generation === this.generation && this.connected());
    rfb.addEventListener("credentialsrequired", () => {
      this.drop();
      this.cover(this.words.refused, this.words.password, "lock", true);
    });
  }

  connected() {
    this.connectedAt = Date.now();
    this.isConnected = true;
    this.find("[data-console-cover]").hidden = true;
    this.status(this.words.connected);
    this.enable(true);
    this.root.dataset.consoleState = "connected";
    if (!document.querySelector("dialog[open]")) this.focus();
  }

  ended(code, reason) {
    const advice = this.advice[code] || this.advice.lost;
    if (this.isConnected && Date.now() - this.connectedAt > STEADY_MS) this.attempt = 0;
    this.drop();
    this.cover(reason || advice.title, advice.help, advice.icon, true);
    this.waitsForMachine = advice.reconnects === "when_running";
    if (advice.reconnects === "soon") this.connectLater();
  }

  /* Ever more slowly, lest a console that keeps breaking fills the log. */
  connectLater() {
    this.attempt += 1;
    this.timer = setTimeout(() => this.connect(), Math.min(500 * 2 ** this.attempt, LONGEST_WAIT_MS));
  }

  /* The machine may run again: look. */
  heard({ kind, subject_type: type, subject_id: id, data = {}, replayed }) {
    if (replayed || type !== this.subject.type || id !== this.subject.id) return;
    const taskEnded = kind === "operation.progressed" && data.status === "succeeded";
    if (!taskEnded && !["ON", "PAUSED"].includes(data.state)) return;
    if (this.waitsForMachine) this.connect();
    else this.mayRunNow = true;
  }

  /* Lets go of the connection; whatever it still says is about a former one. */
  drop() {
    clearTimeout(this.timer);
    this.generation += 1;
    this.isConnected = false;
    this.waitsForMachine = false;
    this.root.dataset.consoleState = "disconnected";
    this.enable(false);
    this.closeMenu();
    const rfb = this.rfb;
    this.rfb = null;
    if (rfb) rfb.disconnect();
    return this.generation;
  }

  end() {
    document.removeEventListener("live:event", this.onLive);
    this.drop();
  }

  cover(title, help, icon, again) {
    const cover = this.find("[data-console-cover]");
    cover.hidden = false;
    cover.querySelector("[data-cover-icon]").className = `ti ti-${icon}`;
    cover.querySelector("[data-cover-title]").textContent = title;
    cover.querySelector("[data-cover-help]").textContent = help;
    cover.querySelector("[data-cover-again]").hidden = !again;
    this.status(again ? title : "");
  }

  closeMenu() { this.find("[data-console-menu]").open = false; }

  focus() { this.rfb?.focus({ preventScroll: true }); }

  status(text) { this.find("[data-console-status]").textContent = text; }

  enable(on) {
    for (const button of this.root.querySelectorAll("[data-when-connected]")) button.disabled = !on;
  }

  fillKeys() {
    const place = this.find("[data-console-keys]");
    for (const [name, keys] of COMBINATIONS) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-ghost", textContent: name, disabled: true });
      button.dataset.whenConnected = "";
      button.addEventListener("click", () => {
        press(this.rfb, keys);
        this.closeMenu();
        this.focus();
      });
      place.append(button);
    }
  }

  showScale() {
    this.find('[data-console-do="scale"]').setAttribute("aria-pressed", String(this.scale));
    if (!this.rfb) return;
    this.rfb.scaleViewport = this.scale;
    this.rfb.clipViewport = !this.scale;
    this.rfb.dragViewport = false;
  }

  clicked(event) {
    const what = event.target.closest("[data-console-do]")?.dataset.consoleDo;
    if (what === "reconnect") { this.attempt = 0; this.connect(); }
    if (what === "ctrl-alt-del") { this.rfb.sendCtrlAltDel(); this.focus(); }
    if (what === "paste") this.find("[data-console-paste]").showModal();
    if (what === "fullscreen") document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen();
    if (what === "scale") {
      this.scale = !this.scale;
      localStorage.setItem(SCALE_KEY, this.scale ? "on" : "off");
      this.showScale();
    }
  }

  preparePaste() {
    const dialog = this.find("[data-console-paste]");
    const text = this.find("[data-paste-text]");
    const problem = this.find("[data-paste-problem]");
    text.addEventListener("input", () => {
      const left = untypable(text.value);
      problem.hidden = !left.length;
      problem.textContent = left.length ? `${problem.dataset.words} ${left.join(" ")}` : "";
    });
    dialog.addEventListener("close", async () => {
      const typed = text.value;
      const rfb = this.rfb;
      text.value = "";
      problem.hidden = true;
      if (!rfb || !this.isConnected) return;
      if (dialog.returnValue === "type" && typed) {
        this.status(this.words.typing);
        await typeText(rfb, typed, () => this.rfb === rfb && this.isConnected);
        if (this.isConnected) this.status(this.words.connected);
      }
      this.focus();
    });
  }
}

const consoles = new Map();

function start(within) {
  for (const root of within.querySelectorAll("[data-console]")) {
    if (!consoles.has(root)) consoles.set(root, new Console(root));
  }
}

/* A console that HTMX or a tab took out of the page lets go of its machine. */
function stopRemoved() {
  for (const [root, console] of consoles) {
    if (!root.isConnected) { console.end(); consoles.delete(root); }
  }
}

document.addEventListener("htmx:afterSettle", () => { stopRemoved(); start(document); });
addEventListener("pagehide", () => { for (const console of consoles.values()) console.end(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
start(document);
