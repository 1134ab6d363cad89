"use strict";
// What JavaScript adds; without it every journey works. Sections: focus, token, autosave, once.

// focus: the error summary is read first
document.querySelector("[data-focus]")?.focus();

// token: a log-in in another tab changes it; the form always sends the one that holds now
const refresh = (form) => {
  const now = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/), field = form.querySelector("input[name=csrfmiddlewaretoken]");
  if (now && field) { field.value = now[1]; }
};
for (const form of document.querySelectorAll("form[method=post]")) { form.addEventListener("submit", () => refresh(form)); }

// autosave: to the server, two seconds after the last key, and every five seconds of typing without a rest, with the draft's version
const REST = 2000, MOST = 5000;
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = form.querySelector(".autosave"), login = form.querySelector("[data-login]");
  let timer = 0, since = 0, dirty = false, busy = false, stopped = false;
  const say = (text, bad) => { line.textContent = text; line.classList.toggle("bad", Boolean(bad)); };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const saved = (told) => {
    form.querySelector("input[name=version]").value = told.version;
    login.hidden = true;
    if (!dirty) { say(`已自动保存${told.at}`); }
    form.dispatchEvent(new CustomEvent("saved", { detail: told }));
  };
  const expired = () => { dirty = true; login.hidden = false; say("登录已过期，还没保存。文字还在这页，登录后自动保存。", true); later(MOST); };
  async function save() {
    if (busy || stopped) { return; }
    busy = true; dirty = false; since = 0; refresh(form);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.ok) { saved(await answer.json()); }
      else if (answer.status === 409) { stopped = true; say(form.dataset.stale || "这份草稿在别处改过了，这里没有覆盖它。点“下一步”核对两边的内容。", true); }
      else if (answer.status === 422) { say((await answer.json()).message, true); }
      else if (answer.status === 401 || answer.status === 403) { expired(); }
      else { throw new Error(String(answer.status)); }
    } catch { dirty = true; say("还没保存：断网了，文字还在这页。", true); later(MOST); }
    busy = false;
  }
  form.addEventListener("input", () => {
    dirty = true;
    since = since || Date.now();
    later(Math.min(REST, Math.max(0, since + MOST - Date.now())));
  });
  form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
  addEventListener("focus", () => { if (dirty) { later(0); } });
  addEventListener("pagehide", () => { if (dirty && !stopped) { refresh(form); navigator.sendBeacon(form.dataset.autosave, new FormData(form)); } });
}

// once: a second press of the same button sends nothing
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) { delete form.dataset.sent; } });
