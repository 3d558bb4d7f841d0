/* Forms: a draft survives a reload, a submit button is pressed once, words answer bad input at once. */
function draftKey(form) { return `atrium-draft:${form.dataset.draft}`; }

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type));
}

function keep(form) {
  const values = {};
  for (const field of fields(form)) {
    if (["radio", "checkbox"].includes(field.type)) { if (field.checked) values[field.name] = field.value; }
    else values[field.name] = field.value;
  }
  sessionStorage.setItem(draftKey(form), JSON.stringify(values));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(draftKey(form)) || "null");
  if (!kept || form.querySelector(".field-error")) return;
  const asked = new URLSearchParams(location.search);
  for (const field of fields(form)) {
    if (!(field.name in kept) || asked.has(field.name)) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === kept[field.name];
    else field.value = kept[field.name];
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => sessionStorage.removeItem(draftKey(form)));
}

function show(form) {
  for (const part of form.querySelectorAll("[data-shown-when]")) {
    const [name, value] = part.dataset.shownWhen.split("=");
    part.hidden = !value.split(",").includes(form.querySelector(`[name="${name}"]:checked`)?.value);
  }
  for (const part of form.querySelectorAll("[data-hidden-when]")) {
    const [name, value] = part.dataset.hiddenWhen.split("=");
    part.hidden = value.split(",").includes(form.querySelector(`[name="${name}"]:checked`)?.value);
  }
  for (const part of form.querySelectorAll("[data-shown-when-empty]")) {
    part.hidden = form.elements[part.dataset.shownWhenEmpty]?.value !== "";
  }
}

document.addEventListener("change", (event) => event.target.form && show(event.target.form));
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("form").forEach(show));
document.querySelectorAll("form").forEach(show);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) button.form.elements[name].value = value;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.hasAttribute("data-opens-drawer")) sessionStorage.setItem("atrium-drawer", "task");
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[type=submit][disabled]:not([data-confirm-submit]):not([data-blocked])")) button.disabled = false;
});
