// Conveniences only: every page works without this file.
(() => {
  "use strict";

  const isTyping = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      const scan = document.getElementById("scan");
      if (scan) {
        event.preventDefault();
        scan.focus();
        scan.select();
      }
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => {
        // Focus inside a closed menu would be lost, so it goes back to what opened it.
        const held = menu.contains(document.activeElement);
        menu.open = false;
        if (held) menu.querySelector("summary").focus();
      });
    }
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-autosubmit]") && event.target.form) event.target.form.requestSubmit();
  });

  // On the way back a browser may load a form anew, with another number. With the one it was sent with, it is
  // known for a form that was saved already.
  const number = document.querySelector(".form-layout input[name=submission]");
  if (number) {
    if (history.state && history.state.submission) number.value = history.state.submission;
    number.form.addEventListener("submit", () => history.replaceState({ submission: number.value }, ""));
  }

  // A scanner or a balance ends with Enter, which would send a form that is half filled in. Only the password and the
  // button send it.
  const signature = document.querySelector("[data-signature]");
  if (signature) {
    signature.closest("form").addEventListener("keydown", (event) => {
      const { key, target, defaultPrevented } = event;
      if (key !== "Enter" || defaultPrevented || !target.matches("input:not([type=password])")) return;
      event.preventDefault();
      const fields = [...target.form.elements].filter((one) => one.matches("input:not([type=hidden]), select, textarea"));
      const next = fields[fields.indexOf(target) + 1];
      if (next) next.focus();
    });
  }

  const first = document.querySelector(".error-summary, .doubts");
  if (first) {
    // A jump in the address, left there by the skip link, would take the focus away again.
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
    first.focus();
    first.scrollIntoView({ block: "nearest" });
  }
})();
