// Net mass and difference while one types, for one container or for many. The server decides.
(() => {
  "use strict";

  const form = document.querySelector(".form-layout[data-within]");
  if (!form) return;
  const words = form.dataset;
  const { read, written, signed } = globalThis.masses;
  const balance = form.querySelector("select[name=balance]");

  const uncertainty = () => read(balance.selectedOptions[0] && balance.selectedOptions[0].dataset.uncertainty);

  // A row has boxes of its own; the panel beside the form is about its only ones.
  const box = (place, name) => (place.matches("tr") ? place : form).querySelector(`input[name^="${name}"]`);

  const verdict = (gross, tare, difference) => {
    if (gross.value.trim() && read(gross.value) === null) return [words.unread, false];
    if (tare.value.trim() && read(tare.value) === null) return [words.unread, false];
    if (read(gross.value) === null) return ["", false];
    if (difference === null) return [words.uncompared, false];
    const u = uncertainty();
    if (u === null) return ["", false];
    const fits = difference <= u && -difference <= u;
    return [(fits ? words.within : words.beyond).replace("{u}", written(u)), !fits];
  };

  const look = (place) => {
    const gross = box(place, "gross_g");
    const tare = box(place, "tare_g");
    const isRead = read(gross.value) !== null && read(tare.value) !== null;
    const net = isRead ? read(gross.value) - read(tare.value) : null;
    const difference = isRead ? net - read(place.dataset.book) : null;
    const shownNet = place.querySelector("[data-net]");
    if (shownNet) shownNet.textContent = net === null ? "\u2013" : written(net);
    place.querySelector("[data-difference]").textContent = difference === null ? "\u2013" : signed(difference);
    const [told, isBeyond] = verdict(gross, tare, difference);
    const line = place.querySelector("[data-verdict]");
    if (line.textContent !== told) line.textContent = told;
    line.classList.toggle("bad", isBeyond);
  };

  // A balance that types its reading ends with Enter: on to the next container that is still ticked.
  const grossBoxes = [...form.querySelectorAll("tr input[name^=gross_g]")];
  const isKept = (gross) => gross.closest("tr").querySelector("input[type=checkbox]").checked;
  grossBoxes.forEach((gross, number) => {
    gross.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      (grossBoxes.slice(number + 1).find(isKept) || form.elements.reason).focus();
    });
  });

  const places = [...form.querySelectorAll("[data-book]")];
  const lookAtAll = () => places.forEach(look);
  form.querySelectorAll("[data-live]").forEach((line) => {
    line.hidden = false;
  });
  form.addEventListener("input", lookAtAll);
  form.addEventListener("change", lookAtAll);
  lookAtAll();
})();
