// Rows of a list: all at once, and how many are chosen. Without it they are ticked one by one.
(() => {
  "use strict";

  const form = document.querySelector("form[data-choosing]");
  if (!form) return;
  const all = form.querySelector("[data-choose-all]");
  const count = form.querySelector(".bulk-count");
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];

  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    const words = count.dataset;
    count.textContent = chosen === 0 ? words.none : chosen === 1 ? words.one : words.many.replace("{count}", chosen);
    count.classList.toggle("some", chosen > 0);
  };

  all.hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === all) {
      boxes.forEach((box) => {
        box.checked = all.checked;
      });
    }
    tell();
  });
  // The boxes are empty only after the event.
  form.addEventListener("reset", () => setTimeout(tell));
  // On the way back a browser ticks what was ticked before.
  window.addEventListener("pageshow", tell);
  tell();
})();
