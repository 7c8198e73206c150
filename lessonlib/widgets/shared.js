// What all interactives share: numbers, colours, painting, controls, pointer, keyboard and texts.
//
// On a page the browser loads this file beside the module that imports it. A notebook gets both
// as one text (see `module_source` in base.py), so no name here may be declared there again.

// ---- Numbers -------------------------------------------------------------------------------------

/** A number with at most four digits after the point, and a true minus sign. */
export function exact(value) {
  const rounded = Math.round(value * 1e4) / 1e4;
  return String(rounded === 0 ? 0 : rounded).replace("-", "−");
}

/** Whether four digits after the point write the number exactly. */
export function isExact(value) {
  return Math.abs(value * 1e4 - Math.round(value * 1e4)) < 1e-6;
}

/** The number, in brackets where it is below 0. */
export function bracketed(value) {
  return value < 0 ? `(${exact(value)})` : exact(value);
}

// ---- Colours and painting ------------------------------------------------------------------------

// ColorBrewer's RdBu backwards, as in the book's figures: blue below 0, red above.
const BLUE_TO_RED = [
  [5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [209, 229, 240], [247, 247, 247],
  [253, 219, 199], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31],
];

/** Blue at -most, white at 0, red at most; [red, green, blue] from 0 to 255. */
export function signedColor(value, most) {
  const place = most > 0 ? (value / most + 1) * 5 : 5;
  const low = Math.max(0, Math.min(9, Math.floor(place)));
  return BLUE_TO_RED[low].map((c, i) => c + (place - low) * (BLUE_TO_RED[low + 1][i] - c));
}

/** A pixel's grey; `top` is full ink or full light, and ink is dark. */
export function greyColor(value, { top, ink }) {
  const share = value / top;
  return Array(3).fill(255 * (ink ? 1 - share : share));
}

/** A colour as CSS writes it. */
export function rgb(color) {
  return `rgb(${color.map(Math.round).join(" ")})`;
}

/** Draw rows of values on a canvas, one pixel each. */
export function paint(canvas, rows, colorOf) {
  canvas.width = rows[0].length;
  canvas.height = rows.length;
  const pen = canvas.getContext("2d");
  const pixels = pen.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((value, i) => pixels.data.set([...colorOf(value), 255], 4 * i));
  pen.putImageData(pixels, 0, 0);
}

/** Place an SVG rectangle, in the coordinates of its viewBox. */
export function place(element, x, y, width, height) {
  for (const [name, value] of Object.entries({ x, y, width, height })) {
    element.setAttribute(name, value);
  }
}

// ---- Model ---------------------------------------------------------------------------------------

/** Set several traits at once and send them to the notebook's kernel, where there is one. */
export function save(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
}

/** Draw now, and once per frame after any of these traits has changed; returns a function that ends it. */
export function drawOnChange(model, names, draw) {
  let frame = 0;
  const redraw = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
  for (const name of names) model.on(`change:${name}`, redraw);
  draw();
  return () => {
    cancelAnimationFrame(frame);
    for (const name of names) model.off(`change:${name}`, redraw);
  };
}

// ---- Texts ---------------------------------------------------------------------------------------

/** Let screen readers hear what moved fast once it rests; returns a function that ends the waiting. */
export function announcer(status) {
  let waiting = 0;
  const say = (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (status.textContent = text), 250);
  };
  say.end = () => clearTimeout(waiting);
  return say;
}

export const HOLD_HOW = "A click holds it, another click or Escape lets it go.";
const HELD = "Held. Click again or press Escape to let it go.";

// ---- Pointer and keyboard ------------------------------------------------------------------------

/**
 * Follow a pointer over pictures, until a click holds what it points at.
 *
 * The mouse points by moving; a click holds, another click or Escape lets go, and while it holds
 * the mouse is not followed. A finger points by touching; where `drags`, also by moving, and
 * otherwise it scrolls the page. Arrow keys and controls go on working while the mouse is held off.
 *
 * `pictures`: a list of {element, drags, pointAt}, where pointAt(event) moves to what is there.
 * `root` gets the class "held" and holds an element ".held-note" that says so.
 */
export function followPointer(root, pictures) {
  const hold = (isHeld) => {
    root.classList.toggle("held", isHeld);
    root.querySelector(".held-note").textContent = isHeld ? HELD : "";
  };
  const isHeld = () => root.classList.contains("held");
  for (const { element, drags, pointAt } of pictures) {
    element.addEventListener("pointermove", (event) => {
      const isFinger = event.pointerType === "touch";
      if (isFinger ? drags : !isHeld()) pointAt(event);
    });
    element.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" && drags) pointAt(event);
    });
    element.addEventListener("click", (event) => {
      pointAt(event);
      if (event.pointerType !== "touch") hold(!isHeld());
    });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hold(false);
  });
  root.ownerDocument.addEventListener("keydown", letGo);
  function letGo(event) {
    if (event.key === "Escape" && !event.defaultPrevented) hold(false);
  }
  return () => root.ownerDocument.removeEventListener("keydown", letGo);
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Call move(rows, columns) for each arrow key; keep the notebook's own shortcuts away. */
export function followArrows(root, element, move) {
  element.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(...step);
  });
  root.addEventListener("keydown", (event) => event.stopPropagation());
}

// ---- Controls and their look ---------------------------------------------------------------------

export function capital(name) {
  return name[0].toUpperCase() + name.slice(1);
}

/** Native radio buttons that look like one bar; each carries data-NAME. */
export function choice(name, values, id) {
  const button = (value) =>
    `<label><input type="radio" name="${name}-${id}" data-${name} value="${value}">${value}</label>`;
  return `<fieldset><legend class="name">${capital(name)}</legend>
    <div class="choice">${values.map(button).join("")}</div></fieldset>`;
}

/** A slider with its name and its value, as data-place=NAME. */
export function slider(name) {
  return `<label><span class="name">${capital(name)} <span class="soft" aria-hidden="true"></span></span>
    <input type="range" min="0" data-place="${name}"></label>`;
}

export const OUTLINES = `<svg aria-hidden="true"><path/><rect class="zeros"/><rect class="frame"/>
  <rect class="halo"/><rect class="mark"/></svg>`;

/** Rules inside the interactive's own block: variables, type, pictures, controls, focus. */
export const SHARED_STYLE = `
  --mark: #009e73;
  --paper: #fcfaf4;
  --soft: color-mix(in srgb, currentColor 74%, transparent);
  --line: color-mix(in srgb, currentColor 28%, transparent);
  --raised: var(--course-raised, color-mix(in srgb, currentColor 6%, transparent));
  --focus: var(--course-link, var(--jp-brand-color1, currentColor));
  container-type: inline-size;
  margin: 0.5rem 0;
  padding: 3px; /* outlines of what has the focus would be cut off */
  color: var(--course-ink, var(--jp-ui-font-color1, inherit));
  font: 0.875rem/1.45 var(--pst-font-family-heading, var(--jp-ui-font-family, system-ui, sans-serif));
  font-variant-numeric: tabular-nums lining-nums;

  & * { box-sizing: border-box; }
  & p { margin: 0; }
  & .soft { color: var(--soft); }
  & .whole { white-space: nowrap; }
  & .how { margin-bottom: 0.9rem; }
  & .held-note { min-height: 1.45em; font-weight: 640; }
  & .unseen {
    position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  & .name { display: block; margin: 0 0 0.3rem; font-size: inherit; font-weight: 640; }
  & .name span { font-weight: 400; }

  & .picture {
    position: relative; overflow: hidden; border-radius: 0.3rem; background: var(--paper);
    border: 1px solid var(--line); cursor: crosshair; user-select: none;
  }
  &.held .picture { cursor: pointer; }
  & canvas { position: absolute; image-rendering: pixelated; }
  & svg { position: absolute; inset: 0; width: 100%; height: 100%; }
  & rect { fill: none; vector-effect: non-scaling-stroke; }
  & .frame, & .zeros { stroke: #5a6068; stroke-width: 1px; }
  & .zeros { stroke-dasharray: 3 3; }
  & .halo { stroke: var(--paper); stroke-width: 6px; }
  & .mark { stroke: var(--mark); stroke-width: 2.5px; }
  &.held .mark { stroke-width: 4px; }
  & path { fill: #5a6068; fill-opacity: 0.28; fill-rule: evenodd; }
  & .scale { display: flex; align-items: center; gap: 0.35rem; margin-top: 0.4rem; font-size: 0.75rem; }
  & .scale b {
    flex: 1; max-width: 6rem; height: 0.6rem; border-radius: 2px;
    background: linear-gradient(to right, ${BLUE_TO_RED.map(rgb).join(", ")});
  }
  & i { flex: none; width: 0.95em; height: 0.95em; border: 1px solid #8a8f96; border-radius: 2px; }

  & fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
  & legend { float: none; width: auto; padding: 0; line-height: inherit; }
  & label { margin: 0; }
  & select {
    width: 100%; height: 2.25rem; padding: 0 0.3rem; border: 1px solid var(--soft);
    border-radius: 0.3rem; background: transparent; color: inherit; font: inherit;
  }
  & option { background: #fff; color: #1f2328; }
  & .choice { display: grid; grid-auto-columns: minmax(0, 1fr); grid-auto-flow: column; gap: 3px; }
  & .choice label {
    position: relative; display: grid; place-items: center; height: 2.1rem; cursor: pointer;
    border-radius: 0.3rem; background: var(--raised); box-shadow: inset 0 0 0 1px var(--line);
  }
  & .choice input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
  & .choice label:has(:checked) { background: #00598c; color: #fff; font-weight: 640; }
  & [type="range"] { display: block; width: 100%; height: 1.75rem; margin: 0; accent-color: var(--focus); }
  & .choice label:has(:focus-visible), & .picture:focus-visible, & select:focus-visible,
  & [type="range"]:focus-visible { outline: 3px solid var(--focus); outline-offset: 0; }
  & .choice label:has(:focus-visible) { box-shadow: inset 0 0 0 2px #fff; }
`;
