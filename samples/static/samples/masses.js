// Masses as whole micrograms, for the pages that reckon while one types. The server decides.
globalThis.masses = (() => {
  "use strict";

  // A binary fraction would be wrong in the last digit. What cannot be read is null.
  const read = (text) => {
    const parts = /^(\d{1,18})?(?:\.(\d*))?\s*(g|mg)?$/.exec((text || "").trim());
    if (!parts || !((parts[1] || "") + (parts[2] || ""))) return null;
    const places = parts[3] === "mg" ? 3 : 6;
    const fraction = (parts[2] || "").replace(/0+$/, "");
    if (fraction.length > places) return null;
    return BigInt((parts[1] || "0") + fraction.padEnd(places, "0"));
  };

  // Without its sign and its unit.
  const digits = (amount) => {
    const all = String(amount < 0n ? -amount : amount).padStart(7, "0");
    return `${all.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, "\u202f")}.${all.slice(-6)}`;
  };

  const written = (amount) => `${amount < 0n ? "\u2212" : ""}${digits(amount)}\u00a0g`;

  // With its sign, where there is one.
  const signed = (amount) => (amount > 0n ? "+" : "") + written(amount);

  return Object.freeze({ read, digits, written, signed });
})();
