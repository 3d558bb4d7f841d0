/* Runs before the first paint, so that a dark page never flashes white. */
(function () {
  var choice = "system";
  try { choice = localStorage.getItem("atrium-theme") || "system"; } catch (error) { choice = "system"; }
  var dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.dataset.themeChoice = choice;
})();
