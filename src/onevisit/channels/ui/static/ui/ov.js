"use strict";
// What JavaScript adds; without it every journey works. Sections: focus, autosave, once.

// focus: the error summary is read first
document.querySelector("[data-focus]")?.focus();

// autosave: at most five seconds after the last key, to the server, with the draft's version
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = form.querySelector(".autosave");
  let timer = 0, dirty = false, busy = false;
  const say = (text, bad) => { if (line) { line.textContent = text; line.classList.toggle("bad", Boolean(bad)); } };
  const save = async () => {
    if (busy) { timer = setTimeout(save, 1000); return; }
    busy = true; dirty = false;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, redirect: "manual" });
      if (answer.ok) {
        const told = await answer.json();
        form.querySelector("input[name=version]").value = told.version;
        say(`已自动保存${told.at}`);
      } else if (answer.status === 409) { say("这份草稿在别处改过了。点“下一步”核对两边的内容。", true);
      } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        const link = form.querySelector("[data-login]");
        say("登录已过期，文字还在这页。", true);
        if (link) { link.hidden = false; }
        dirty = true;
      } else { throw new Error(String(answer.status)); }
    } catch { dirty = true; say("还没保存：断网了，文字还在这页。", true); timer = setTimeout(save, 5000); }
    busy = false;
  };
  form.addEventListener("input", () => { dirty = true; say("正在等您停笔"); clearTimeout(timer); timer = setTimeout(save, 2000); });
  form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
  addEventListener("pagehide", () => { if (dirty && navigator.sendBeacon) { navigator.sendBeacon(form.dataset.autosave, new FormData(form)); } });
}

// once: a second press of the same button sends nothing
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; } });
