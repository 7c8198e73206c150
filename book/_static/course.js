// What every page does: maths fits its line, tables that scroll can be reached by the keyboard, and
// an interactive that stands still says why. Folds are predict.js's.
(() => {
  const SMALLEST = 0.6; // of a formula's natural size

  // A formula wider than its line is drawn smaller; one that would become too small can be
  // scrolled, which the keyboard must reach. Measured when drawn, and when the window changes.
  function fit(maths) {
    maths.dataset.size ??= maths.style.fontSize || "100%";
    maths.style.fontSize = maths.dataset.size;
    const line = maths.closest("div.math, p, li, td, th, dd, figcaption, summary") ?? maths.parentElement;
    const style = getComputedStyle(line);
    const room = (maths.hasAttribute("display") ? maths : line).clientWidth -
      (maths.hasAttribute("display") ? 0 : parseFloat(style.paddingLeft) + parseFloat(style.paddingRight));
    const width = maths.querySelector("mjx-math")?.getBoundingClientRect().width ?? 0;
    if (room <= 0 || width <= room) return release(maths);
    const scale = Math.max(SMALLEST, (room / width) * 0.99);
    maths.style.fontSize = `calc(${maths.dataset.size} * ${scale})`;
    if (width * scale > room) {
      maths.style.overflowX = "auto";
      maths.tabIndex = 0;
    } else release(maths);
  }

  function release(maths) {
    maths.style.overflowX = "";
    maths.removeAttribute("tabindex");
  }

  function fitAll(within) {
    for (const maths of within.querySelectorAll(".bd-article mjx-container")) fit(maths);
  }

  // Tables that are no cards scroll where nothing else helps.
  function reach() {
    for (const box of document.querySelectorAll(".scroll-box, .pst-scrollable-table-container")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  function measure() {
    fitAll(document);
    reach();
  }

  addEventListener("load", () => {
    const maths = window.MathJax?.startup?.promise ?? Promise.resolve();
    maths.then(measure);
    document.fonts.ready.then(measure);
    addEventListener("resize", measure);
  });
  document.addEventListener("toggle", (event) => event.target.open && fitAll(event.target), true);

  // Browsers load no modules from files.
  if (location.protocol === "file:")
    document.addEventListener("DOMContentLoaded", () => {
      for (const box of document.querySelectorAll(".lesson-widget")) {
        const note = document.createElement("p");
        note.className = "widget-note";
        note.textContent = "This page was opened as a file, so the picture stands still: it can " +
          "be changed where `make serve` shows the book, and on the published page.";
        box.append(note);
      }
    });
})();
