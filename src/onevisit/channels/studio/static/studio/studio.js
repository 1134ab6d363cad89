"use strict";
// What the script adds to the editor: after each save, what is wrong stands beside its field, the visits and the sections are new.

const escaped = (path) => path.split(".").map((_, n, all) => all.slice(0, all.length - n).join("."));

// faults: each beside the nearest thing around it that the page shows
const placed = (faults) => {
  for (const old of document.querySelectorAll("#edit .fault")) { old.remove(); }
  for (const one of document.querySelectorAll("#edit .wrong, #edit .has-faults")) { one.classList.remove("wrong", "has-faults"); }
  for (const fault of faults) {
    const near = escaped(fault.path).map((path) => document.querySelector(`#edit [data-path="${CSS.escape(path)}"]`)).find(Boolean);
    if (!near) { continue; }
    const line = document.createElement("p");
    line.className = `fault ${fault.severity}`;
    line.textContent = fault.message;
    const after = near.querySelector(":scope > label, :scope > legend, :scope > summary");
    if (after) { after.after(line); } else { near.prepend(line); }
    near.classList.add("wrong");
    for (let entry = near.closest(".entry"); entry; entry = entry.parentElement.closest(".entry")) { entry.classList.add("has-faults"); }
  }
};

const form = document.querySelector("#edit");
form?.addEventListener("saved", (event) => {
  placed(event.detail.faults);
  const wrong = event.detail.faults.filter((one) => one.severity === "error").length;
  form.querySelector(".autosave").textContent += wrong ? `，还有${wrong}处错误` : "，没有错误";
  document.querySelector("[data-side]").innerHTML = event.detail.side;
  const dag = document.querySelector("[data-dag]");
  if (dag) { dag.innerHTML = event.detail.dag; }
  document.querySelector("[data-tabs]").innerHTML = event.detail.tabs;
});

// an address that names a place: it is unfolded
const unfold = () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = place?.closest("details"); one; one = one.parentElement.closest("details")) { one.open = true; }
  place?.scrollIntoView({ block: "start" });
  (place?.matches(".entry") ? place.querySelector("input:not([type=hidden]), select, textarea") : place)?.focus?.();
};
addEventListener("hashchange", unfold);
unfold();

// an entry's heading follows its first text
form?.addEventListener("input", (event) => {
  const entry = event.target.closest(".entry"), first = entry?.querySelector(":scope > .field input, :scope > .field textarea");
  if (first === event.target && event.target.value) { entry.querySelector(":scope > summary > b").textContent = event.target.value; }
});
