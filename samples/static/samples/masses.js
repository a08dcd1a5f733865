// Masses in whole micrograms (BigInt), as the pages need them while one types: a binary fraction would be wrong in
// the last digit.
(() => {
  "use strict";

  // Null where the text is no mass: what the server would refuse does not count.
  const micrograms = (text) => {
    const read = /^(\d{1,18})?(?:\.(\d*))?\s*(g|mg)?$/.exec(text.trim());
    if (!read || !((read[1] || "") + (read[2] || ""))) return null;
    const places = read[3] === "mg" ? 3 : 6;
    const fraction = (read[2] || "").replace(/0+$/, "");
    if (fraction.length > places) return null;
    return BigInt((read[1] || "0") + fraction.padEnd(places, "0"));
  };

  // Without a sign and without the unit: "1 935.300000".
  const digits = (amount) => {
    const all = String(amount < 0n ? -amount : amount).padStart(7, "0");
    return `${all.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, "\u202f")}.${all.slice(-6)}`;
  };

  globalThis.masses = Object.freeze({ micrograms, digits });
})();
