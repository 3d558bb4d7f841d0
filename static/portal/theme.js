/* The switch between light, dark and "like the system". */
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply(choice) {
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = choice === "dark" || (choice === "system" && dark.matches) ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-current", String(button.dataset.themeSet === choice));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (!button) return;
  localStorage.setItem("atrium-theme", button.dataset.themeSet);
  apply(button.dataset.themeSet);
});
dark.addEventListener("change", () => apply(root.dataset.themeChoice || "system"));
apply(root.dataset.themeChoice || "system");
