// What is too wide for the page scrolls in its own box, which the keyboard must reach. Maths and
// tables are measured when they have been drawn, and again when the window changes.
(() => {
  const BOXES =
    ".scroll-box, .pst-scrollable-table-container, .bd-article div.math, " +
    ".bd-article mjx-container, .bd-article pre, .cell_output .output";

  function scrolls(box) {
    return getComputedStyle(box).overflowX !== "visible" && box.scrollWidth > box.clientWidth;
  }

  function markEnd(box) {
    box.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  }

  function follow(event) {
    markEnd(event.target);
  }

  function markBoxes() {
    for (const maths of document.querySelectorAll(".bd-article mjx-container:not([display])")) {
      maths.classList.remove("wide");
      maths.classList.toggle("wide", maths.offsetWidth > maths.closest("p, li, td, div").clientWidth);
    }
    for (const box of document.querySelectorAll(BOXES)) {
      box.removeEventListener("scroll", follow);
      box.classList.remove("more");
      if (scrolls(box)) {
        box.tabIndex = 0;
        box.addEventListener("scroll", follow);
        markEnd(box);
      } else {
        box.removeAttribute("tabindex");
      }
    }
  }

  addEventListener("load", () => {
    const maths = window.MathJax?.startup?.promise ?? Promise.resolve();
    maths.then(markBoxes);
    document.fonts.ready.then(markBoxes);
    addEventListener("resize", markBoxes);
  });
})();
