/* The task drawer: whatever was started is watched here, across pages. Finished tasks fade, failed ones stay. */
const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");
const ENDED = ["succeeded", "failed", "cancelled"];
let timer = null;

export function toggleDrawer(open = drawer?.hidden) {
  if (!drawer) return;
  drawer.hidden = !open;
  sessionStorage.setItem("atrium-drawer", open ? "open" : "closed");
  for (const button of document.querySelectorAll(".tasks-bell")) button.setAttribute("aria-expanded", String(open));
}

function count() {
  const tasks = [...body.querySelectorAll("[data-operation]")];
  const bad = tasks.some((task) => task.dataset.status === "failed");
  const open = tasks.filter((task) => !["succeeded", "cancelled"].includes(task.dataset.status)).length;
  for (const mark of document.querySelectorAll("[data-task-count]")) {
    mark.hidden = open === 0;
    mark.textContent = open;
    mark.classList.toggle("bad", bad);
  }
}

function fade() {
  for (const task of body.querySelectorAll('[data-status="succeeded"], [data-status="cancelled"]')) {
    if (task.dataset.fading) continue;
    task.dataset.fading = "yes";
    setTimeout(() => task.classList.add("fading"), 6000);
    setTimeout(() => { task.remove(); count(); }, 6700);
  }
}

function reload(delay = 200) {
  timer ??= setTimeout(() => { timer = null; window.htmx.trigger(body, "refresh"); }, delay);
}

function patch(task, data) {
  if (data.step_title) task.querySelector("[data-task-step]").textContent = data.step_title;
  const bar = task.querySelector("progress");
  if (bar && data.percent !== null && data.percent !== undefined) bar.value = data.percent;
}

if (drawer) {
  document.addEventListener("click", (event) => event.target.closest("[data-toggle-drawer]") && toggleDrawer());
  body.addEventListener("htmx:afterSettle", () => { count(); fade(); });
  document.addEventListener("open-drawer", () => { toggleDrawer(true); reload(0); });
  document.addEventListener("live:event", (event) => {
    const { kind, data = {} } = event.detail;
    if (!kind.startsWith("operation.")) return;
    const task = document.getElementById(`task-${data.operation}`);
    if (task) patch(task, data);
    if (!task || ENDED.includes(data.status) || data.step !== task.dataset.step) reload();
  });
  document.addEventListener("live:back", () => reload(0));
  if (sessionStorage.getItem("atrium-drawer") === "open") toggleDrawer(true);
}
