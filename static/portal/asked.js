/* "?do=power_off" (from the command palette) opens the question for that action; it never does it by itself. */
const action = new URLSearchParams(location.search).get("do");
const header = document.querySelector("[data-ask-url]");

if (action && header && /^[a-z_]+$/.test(action)) {
  history.replaceState(null, "", location.pathname);
  window.htmx.ajax("GET", header.dataset.askUrl.replace("ACTION", action), { target: "#dialog", swap: "innerHTML" });
}
