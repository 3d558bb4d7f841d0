/* Native dialogs: they trap focus and give it back. A fragment loaded into #dialog opens it; one begins in its
   first field, or on the button that changes nothing, rather than on the cross. */
const dialog = document.getElementById("dialog");
const FIELD = ".sheet-body :is(input:not([type=hidden]), select, textarea):not(:disabled)";

function begin() {
  const field = dialog.querySelector(FIELD);
  (field ?? dialog.querySelector(".sheet-foot :is(button, a)"))?.focus();
  if (field?.matches("input:not([type]), input[type=text]")) field.select();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  const closer = event.target.closest("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== dialog || event.detail.xhr?.getResponseHeader("HX-Reswap") === "none") return;
  if (!dialog.open) dialog.showModal();
  begin();
});

dialog?.addEventListener("close", () => setTimeout(() => dialog.open || dialog.replaceChildren(), 0));
document.addEventListener("close-dialog", (event) => {
  if (dialog?.open && dialog.contains(event.target)) dialog.close();
});

document.addEventListener("input", (event) => {
  const wanted = event.target.dataset?.mustEqual;
  if (wanted === undefined) return;
  const submit = event.target.form.querySelector("[data-confirm-submit]");
  if (submit) submit.disabled = event.target.value.trim() !== wanted;
});
