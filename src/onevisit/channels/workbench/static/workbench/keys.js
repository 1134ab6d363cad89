"use strict";
// What JavaScript adds to the workbench; without it every act works. Sections: keys, rows, kept text, leaving.
(() => {
  const OFF = "workbench/keys-off", SENT = "workbench/sent";
  const who = document.body.dataset.who;

  // keys: one key an act, none while somebody types; they can be switched off (WCAG 2.1.4)
  const help = document.getElementById("keys");
  const typing = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const off = () => localStorage.getItem(OFF) === "1";
  const submit = (form) => form?.requestSubmit(form.querySelector("button.btn:not(.sec)"));
  const press = (found, event) => { if (found) { event.preventDefault(); found.click(); } };
  const acts = {
    j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1),
    t: (event) => press((rows[at] || document).querySelector("[data-take]"), event),
    x: (event) => press((rows[at] || document.createElement("i")).querySelector("[data-pick]"), event),
    g: (event) => press(document.querySelector("a.brand"), event),
    "/": (event) => { const box = document.getElementById("number"); if (box) { event.preventDefault(); box.focus(); box.select(); } },
    "?": (event) => { event.preventDefault(); help.open = !help.open; (help.open ? help.querySelector("summary") : rows[at] || document.body).focus(); help.scrollIntoView({ block: "nearest" }); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { submit(event.target.closest("form")); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || off()) { return; }
    if (/^[1-9]$/.test(event.key)) { press(document.querySelector(`[data-key="${event.key}"]`), event); return; }
    if ((event.key in acts) && (rows.length || !event.key.startsWith("Arrow"))) { acts[event.key](event); }
  });
  if (help) {
    const box = document.createElement("label"), input = document.createElement("input");
    box.className = "pick";
    input.type = "checkbox"; input.checked = off();
    input.addEventListener("change", () => localStorage.setItem(OFF, input.checked ? "1" : ""));
    box.append(input, "不用单键");
    help.append(box);
  }

  // rows: the focus goes to what opens or takes the row, so that Enter does it
  const rows = [...document.querySelectorAll("[data-row]")];
  let at = rows.findIndex((row) => row.contains(document.activeElement));
  function go(step) {
    if (!rows.length) { return; }
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows.forEach((row, n) => row.classList.toggle("here", n === at));
    (rows[at].querySelector("[data-open], [data-take]") || rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }
  rows.forEach((row, n) => row.addEventListener("focusin", () => { at = n; }));

  // kept text: on this machine, by account, case and act, until the act is done; a session that ended is told within ten seconds
  const AFTER = 1000, EVERY = 5000;
  const clockTime = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const fieldsOf = (form) => [...form.elements].filter((one) => one.name && one.type !== "hidden" && one.type !== "submit" && one.type !== "file");
  const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
  const mark = (field) => (field.type === "radio" || field.type === "checkbox" ? `${field.name}=${field.value}` : field.name);
  const restore = (form, texts) => {
    for (const field of fieldsOf(form)) {
      const text = texts[mark(field)];
      if (typeof text === "boolean") { field.checked = text; } else if (text !== undefined) { field.value = text; }
    }
  };
  const sent = sessionStorage.getItem(SENT);
  if (sent && who && ![...document.querySelectorAll("form[data-keep]")].some((form) => keyOf(form) === sent)) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
  function keyOf(form) { return `workbench/${who}/${form.dataset.keep}`; }
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = keyOf(form), line = document.createElement("p");
    let timer = 0, asked = 0;
    line.className = "keep";
    line.setAttribute("role", "status");
    form.querySelector(".acts")?.before(line);
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (kept && !form.hasAttribute("data-echo")) {
      restore(form, kept.texts);
      line.textContent = `上次没有提交的文字还在，${kept.at}填写的。`;
    }
    const alive = async () => {
      clearTimeout(asked);
      asked = setTimeout(alive, EVERY);
      try {
        const answer = await fetch("/workbench/alive", { cache: "no-store" });
        line.classList.toggle("bad", !answer.ok);
        if (answer.ok) { line.textContent = `文字已存在这台电脑上${clockTime()}`; clearTimeout(asked); return; }
        const link = document.createElement("a");
        link.href = "/workbench/login?next=/back"; link.target = "_blank"; link.textContent = "在新的一页登录";
        line.replaceChildren("登录已过期，还没有提交。文字还在这页，", link, "以后接着办。");
      } catch { line.classList.add("bad"); line.textContent = "断网了，还没有提交。文字还在这页。"; }
    };
    const keep = () => {
      const texts = Object.fromEntries(fieldsOf(form).map((field) => [mark(field), valueOf(field)]));
      localStorage.setItem(key, JSON.stringify({ at: clockTime(), texts }));
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { keep(); alive(); }, AFTER); });
    form.addEventListener("submit", () => { clearTimeout(timer); clearTimeout(asked); keep(); sessionStorage.setItem(SENT, key); });
    addEventListener("focus", () => { if (line.classList.contains("bad")) { alive(); } });
  }

  // leaving: nothing of this account stays on the machine
  document.querySelector("form[data-leave]")?.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) { if (key.startsWith(`workbench/${who}/`)) { localStorage.removeItem(key); } }
  });
})();
