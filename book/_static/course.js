// What a page does besides what its own modules do: maths fits its line, printing opens folds,
// a searched word is found inside them, and an interactive says why it stands still.
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

  // Tables that are not cards scroll if nothing else helps.
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

  // Folds are open on paper, and afterwards as they were before. (print.css does it where it can.)
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".bd-article details:not([open])")];
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
  });

  // A reader who comes from the search to a word that is only in folds finds the first of them open.
  function showFirstWord() {
    const words = [...document.querySelectorAll(".bd-article .highlighted")];
    if (!words.length || words.some((word) => !word.closest("details:not([open])"))) return;
    for (let fold = words[0].closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
    if (!location.hash) words[0].scrollIntoView({ block: "center" });
  }
  addEventListener("load", () => setTimeout(showFirstWord, 100)); // Sphinx marks them after 10 ms

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
