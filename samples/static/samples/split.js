// What a split comes to while one types. The server decides; the page is complete without this file.
(() => {
  "use strict";

  const balance = document.querySelector("[data-split]");
  if (!balance) return;
  const { read: micrograms, digits } = globalThis.masses;
  const form = balance.closest("form");
  const held = micrograms(balance.dataset.held);
  const rows = [...form.querySelectorAll("[data-row]")];
  const offered = [...form.querySelectorAll("#offered option")];
  // What each container has room for, as far as the page knows it: of those offered, and of those it was sent with.
  const free = new Map();
  for (const { value, dataset } of offered) {
    if (dataset.capacity) free.set(value.toLowerCase(), micrograms(dataset.capacity));
  }
  for (const { dataset } of rows) {
    if (dataset.into) free.set(dataset.into.toLowerCase(), micrograms(dataset.free));
  }

  const show = (element, amount) => {
    const [significant, zeros] = /^(.*?)(\.?0*)$/.exec(digits(amount)).slice(1);
    const dimmed = document.createElement("span");
    dimmed.className = "mass-z";
    dimmed.textContent = zeros;
    const unit = document.createElement("span");
    unit.className = "unit";
    unit.textContent = "\u00a0g";
    const mass = document.createElement("span");
    mass.className = amount ? "mass" : "mass zero";
    mass.append(significant, dimmed, unit);
    element.replaceChildren(mass);
  };

  // Nothing where the box is empty, null where it cannot be read.
  const typed = (box, unit) => {
    const text = box.value.trim();
    if (!text) return 0n;
    const own = /(^|[^a-z])(mg|g)$/.exec(text);
    if (own && own[2] !== unit.value) return null;
    return micrograms(own ? text : text + unit.value);
  };

  const box = (row, name) => row.querySelector(`[name^="${name}_"]`);
  const massOf = (row) => typed(box(row, "mass_g"), box(row, "unit"));

  // Hundredths of a percent, for the drawing only.
  const percent = (part, whole) => {
    const share = String((part * 10000n) / whole).padStart(3, "0");
    return `${share.slice(0, -2)}.${share.slice(-2)}%`;
  };

  const draw = (parts, lost) => {
    const whole = parts + lost > held ? parts + lost : held;
    if (!whole) return;
    const [partsBar, lostBar] = ["parts", "lost"].map((name) => balance.querySelector(`[data-bar=${name}]`));
    const isSliver = lost > 0n && lost * 100n < whole;
    partsBar.setAttribute("width", percent(parts, whole));
    lostBar.setAttribute("x", percent(parts, whole));
    lostBar.setAttribute("width", isSliver ? "5" : percent(lost, whole));
    const hasRoom = (whole - parts) * 100n >= whole;
    lostBar.setAttribute("transform", `translate(${isSliver && !hasRoom ? -5 : 0} 0)`);
  };

  const say = (name, isSo) => {
    const said = balance.querySelector(`[data-say=${name}]`);
    // Said anew only where it changes: the region is live.
    if (said.hidden === isSo) said.hidden = !isSo;
  };

  const weigh = () => {
    const all = rows.map(massOf);
    const readable = all.filter((mass) => mass !== null);
    const parts = readable.reduce((sum, mass) => sum + mass, 0n);
    const lostMass = typed(form.elements.lost_g, form.elements.lost_unit);
    const lost = lostMass || 0n;
    const left = held - parts - lost;
    const isOver = left < 0n;
    balance.classList.toggle("over", isOver);
    for (const element of balance.querySelectorAll("[data-left]")) show(element, isOver ? 0n : left);
    for (const element of balance.querySelectorAll("[data-over]")) show(element, isOver ? -left : 0n);
    show(balance.querySelector("[data-parts]"), parts);
    show(balance.querySelector("[data-lost]"), lost);
    balance.querySelector("[data-number]").textContent = readable.filter((mass) => mass > 0n).length;
    const isUnread = readable.length < all.length || lostMass === null;
    say("over", isOver);
    say("unread", isUnread && !isOver);
    say("closes", !isUnread && !isOver);
    draw(parts, lost);
  };

  // What is left in each container once all rows are in it.
  const fill = () => {
    const into = new Map();
    for (const row of rows) {
      const name = box(row, "container").value.trim().toLowerCase();
      into.set(name, (into.get(name) || 0n) + (massOf(row) || 0n));
    }
    for (const row of rows) {
      const name = box(row, "container").value.trim().toLowerCase();
      const cell = row.querySelector("[data-room]");
      const room = free.has(name) ? free.get(name) - into.get(name) : null;
      const isOver = room !== null && room < 0n;
      const mass = cell.querySelector("[data-mass]");
      if (room === null) mass.replaceChildren();
      else show(mass, isOver ? -room : room);
      cell.classList.toggle("bad", isOver);
      cell.querySelector("[data-too-much]").hidden = !isOver;
    }
  };

  // A scanner reads the address that the code of a label holds.
  const name = (target) => {
    const option = offered.find((one) => target.value.trim().endsWith(one.dataset.path));
    if (option) target.value = option.value;
  };

  const look = () => {
    weigh();
    fill();
  };
  form.addEventListener("input", look);
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name^=container_]")) name(event.target);
    look();
  });
  for (const element of form.querySelectorAll("[data-live]")) element.hidden = false;
  look();
})();
