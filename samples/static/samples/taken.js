// What a sample holds once the mass that is typed is taken off. The server decides; the page is complete without it.
(() => {
  "use strict";

  const told = document.querySelector("[data-held]");
  if (!told) return;
  const { read, written } = globalThis.masses;
  const words = told.dataset;
  const held = read(words.held);
  const box = told.closest("form").elements.mass_g;

  const look = () => {
    const taken = read(box.value);
    const left = taken === null ? null : held - taken;
    const sentence = left === null ? "" : left === 0n ? words.nothing : left < 0n ? words.over : words.left;
    const text = sentence.replace("{mass}", written(left < 0n ? -left : left || 0n));
    // Said anew only where it changes: the region is live.
    if (told.textContent !== text) told.textContent = text;
    told.classList.toggle("bad-text", left !== null && left < 0n);
  };
  box.addEventListener("input", look);
  look();
})();
