/* Keeps ages ("3 minutes ago") fresh and puts the exact local time on hover. */
const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function age(moment, now = Date.now()) {
  const seconds = (now - moment.getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(-Math.floor(seconds / length), unit);
  }
  return seconds < 45 ? relative.format(0, "second") : relative.format(-Math.floor(seconds), "second");
}

export function refresh(scope = document) {
  for (const element of scope.querySelectorAll("time[data-since]")) {
    const moment = new Date(element.dateTime);
    const text = age(moment);
    if (element.textContent !== text) element.textContent = text;
    element.title = exact.format(moment);
  }
}

refresh();
setInterval(refresh, 15000);
document.addEventListener("htmx:afterSettle", (event) => refresh(event.target.parentElement || document));
