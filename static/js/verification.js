/* Keys for who verifies: 1 to 4 choose, Enter records, J and K turn the page. Bare keys are off inside fields and can
   be switched off for good (WCAG 2.1.4); access keys, radios and Enter work without this file. */
(() => {
  "use strict";
  // What a browser brings back into a folded form (going back, reloading) is to be seen.
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-keeps-open]").forEach((fold) => {
      if ([...fold.querySelectorAll("textarea")].some((field) => field.value.trim())) fold.open = true;
    });
  });
  const form = document.querySelector("[data-keys]");
  const STORE = "ws-verification-keys";
  const control = document.querySelector("[data-keys-switch]");
  if (!form || !control) return;
  const remembered = () => {
    try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
  };
  const show = () => form.classList.toggle("is-quiet", !control.checked);
  control.checked = remembered();
  show();
  control.addEventListener("change", () => {
    try { localStorage.setItem(STORE, control.checked ? "on" : "off"); } catch { /* for this page only */ }
    show();
  });

  const isTyping = (node) => node.closest(
    "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])",
  );
  const opens = (node) => node.closest("a, button, summary, label");
  document.addEventListener("keydown", (event) => {
    if (!control.checked || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const node = event.target;
    if (isTyping(node)) return;
    const radio = /^[1-9]$/.test(event.key) && form.querySelector(`[data-key="${event.key}"]`);
    if (radio) {
      event.preventDefault();
      radio.focus({ preventScroll: true });
      radio.click();
    } else if (event.key === "Enter" && !opens(node) && !form.contains(node)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[type=submit]"));
    } else if (event.key === "j" || event.key === "k") {
      document.querySelector(event.key === "j" ? "main a[rel=next]" : "main a[rel=prev]")?.click();
    }
  });
})();
