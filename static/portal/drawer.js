/* The task drawer: whatever was started is watched here, across pages. Finished tasks fade, failed ones stay. */
const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");
const me = document.body.dataset.user;
const READ = "atrium-tasks-read";
let timer = null;
let openedForTask = false;

export function toggleDrawer(open = drawer?.hidden) {
  if (!drawer) return;
  drawer.hidden = !open;
  openedForTask = false;
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
    setTimeout(() => { task.remove(); hideRead(); count(); closeWhenDone(); }, 6700);
  }
}

const read = () => JSON.parse(localStorage.getItem(READ) || "[]");

function hideRead() {
  for (const id of read()) document.getElementById(`task-${id}`)?.remove();
  body.querySelector("[data-no-tasks]").hidden = body.querySelector("[data-operation]") !== null;
}

function openForTask() {
  toggleDrawer(true);
  openedForTask = true;
  sessionStorage.setItem("atrium-drawer", "task");
}

function closeWhenDone() {
  if (openedForTask && !body.querySelector("[data-operation]")) toggleDrawer(false);
}

function reload(delay = 200) {
  timer ??= setTimeout(() => { timer = null; window.htmx.trigger(body, "refresh"); }, delay);
}

if (drawer) {
  document.addEventListener("click", (event) => event.target.closest("[data-toggle-drawer]") && toggleDrawer());
  body.addEventListener("htmx:afterSettle", () => { hideRead(); count(); fade(); setTimeout(closeWhenDone, 2500); });
  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss-task]");
    if (!button) return;
    localStorage.setItem(READ, JSON.stringify([...read().slice(-100), button.dataset.dismissTask]));
    hideRead();
    count();
  });
  document.addEventListener("open-drawer", () => { openForTask(); reload(0); });
  document.addEventListener("live:event", (event) => {
    const { data = {} } = event.detail;
    if (!data.operation) return;
    if (String(data.actor_id ?? me) === me || document.getElementById(`task-${data.operation}`)) reload();
  });
  document.addEventListener("live:back", () => reload(0));
  const kept = sessionStorage.getItem("atrium-drawer");
  if (kept === "open") toggleDrawer(true);
  if (kept === "task") document.querySelector("main [role=alert]") ? toggleDrawer(false) : openForTask();
}
