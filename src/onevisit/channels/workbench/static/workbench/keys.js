// Keyboard all the way: rows of a list by j and k, acts of a case by their numbers; what is typed stays on this machine until it is sent.
(() => {
  const typing = (t) => t.matches("input, textarea, select, [contenteditable]");
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = -1;
  const go = (step) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows.forEach((row, n) => row.classList.toggle("here", n === at));
    const target = rows[at].querySelector("[data-open], [data-take]");
    (target || rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (event.key === "j" || event.key === "ArrowDown") { if (rows.length) { go(1); event.preventDefault(); } }
    else if (event.key === "k" || event.key === "ArrowUp") { if (rows.length) { go(-1); event.preventDefault(); } }
    else if (event.key === "/") { const box = document.getElementById("number"); if (box) { box.focus(); event.preventDefault(); } }
    else if (found) { found.click(); event.preventDefault(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    const form = event.target.closest("form");
    if (form) form.requestSubmit();
  });
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `work/${form.dataset.keep}`;
    const fields = [...form.querySelectorAll("textarea, input:not([type=hidden]):not([type=checkbox]), select")];
    const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name];
    const keep = () => sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, f.value]))));
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => sessionStorage.removeItem(key));
  }
})();
