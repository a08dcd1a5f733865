// The checklist of a receipt: differences while one types, and a scan that goes to its row. The server decides.
(() => {
  "use strict";

  const list = document.querySelector(".checklist");
  if (!list) return;
  const rows = [...list.children];
  const words = list.dataset;

  const { read: micrograms, signed: grams } = globalThis.masses;

  const box = (row, name) => row.querySelector(`input[name^="${name}_"]:not([type=radio])`);
  const condition = (row) => (row.querySelector("input[name^=seal_condition_]:checked") || {}).value;

  // Whether the mass fits; null where there is nothing to compare.
  const compare = (row) => {
    const shown = row.querySelector(".difference");
    const verdict = row.querySelector("[data-verdict]");
    if (!shown) return null;
    const text = box(row, "gross").value;
    const weighed = micrograms(text);
    shown.hidden = weighed === null;
    verdict.textContent = text.trim() && weighed === null ? words.unread : "";
    verdict.classList.remove("bad");
    if (weighed === null) return null;
    const difference = weighed - micrograms(row.dataset.declared);
    const tolerance = micrograms(row.dataset.tolerance);
    const fits = difference <= tolerance && -difference <= tolerance;
    shown.querySelector("[data-difference]").textContent = grams(difference);
    verdict.textContent = fits ? words.within : words.beyond;
    verdict.classList.toggle("bad", !fits);
    return fits;
  };

  const look = (row) => {
    const fits = compare(row);
    const seal = box(row, "seal_read");
    const state = condition(row);
    const isRead = !seal || (state && (seal.value.trim() || state === "none"));
    const isChecked = box(row, "here").checked && Boolean(isRead);
    const differs = fits === false || Boolean(state && state !== ("damaged" in row.dataset ? "damaged" : "intact"));
    row.classList.toggle("differs", differs);
    row.classList.toggle("checked", isChecked && !differs);
    row.querySelector("[data-state]").textContent = differs ? words.differs : isChecked ? words.checked : words.todo;
    return isChecked;
  };

  const count = document.querySelector("[data-count]");
  const lookAtAll = () => {
    const checked = rows.filter(look).length;
    count.textContent = count.dataset.count.replace("{checked}", checked).replace("{all}", rows.length);
  };

  list.addEventListener("input", lookAtAll);
  list.addEventListener("change", lookAtAll);

  const scan = document.getElementById("check-scan");
  const told = document.getElementById("check-scan-told");
  scan.closest(".scan-row").hidden = false;
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const text = scan.value.trim();
    const found = rows.find(
      (row) => row.dataset.identifier.toLowerCase() === text.toLowerCase() || text.endsWith(row.dataset.path),
    );
    told.textContent = found || !text ? "" : told.dataset.unknown.replace("{text}", text);
    scan.value = "";
    if (!found) return;
    const here = box(found, "here");
    here.checked = true;
    lookAtAll();
    (box(found, "seal_read") || here).focus();
    found.scrollIntoView({ block: "center" });
  });

  lookAtAll();
})();
