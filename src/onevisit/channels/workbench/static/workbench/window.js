// The window by keyboard: digits choose items and answer questions, F-keys press the page's main acts. Without it everything is reached by Tab.
(() => {
  const text = (t) => t.matches("textarea, select, [contenteditable]") || (t.matches("input") && !["radio", "checkbox", "button"].includes(t.type));
  const open = (set) => set.querySelector("input[type=radio]") && !set.querySelector("input[type=radio]:checked");
  const form = document.querySelector("form[data-fill]");
  const sets = form ? [...form.querySelectorAll("fieldset.field")] : [];
  const next = () => {
    const empty = [...form.querySelectorAll("input[type=text], input[type=tel], input[type=date], input[type=month], textarea")].find((f) => !f.value && !f.closest(".field").querySelector("label small"));
    const target = sets.find(open)?.querySelector("input") || empty || form.querySelector("[data-primary]");
    target?.focus();
  };
  if (!document.querySelector("[data-focus]")) { form ? next() : document.querySelector("[autofocus]")?.focus(); }
  const answer = (digit) => {
    const here = document.activeElement.closest("fieldset.field");
    const set = here && sets.includes(here) ? here : sets.find(open);
    const options = set ? [...set.querySelectorAll("input[type=radio]")] : [];
    if (!options[digit - 1]) { return false; }
    options[digit - 1].click();
    next();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    const pressed = document.querySelector(`[data-press="${CSS.escape(event.key)}"]`);
    if (pressed) { event.preventDefault(); pressed.click(); return; }
    if (!/^[1-9]$/.test(event.key) || text(event.target)) { return; }
    const button = document.querySelector(`[data-digit="${event.key}"]`);
    if (button) { event.preventDefault(); button.click(); } else if (form && answer(Number(event.key))) { event.preventDefault(); }
  });
})();
