// An activation to touch: value, slope and curvature at the weighted sum under the pointer.
//
// One ES module without a framework. anywidget loads it in a notebook, page.js on a page of the
// book; both call `render({ model, el })`. Slopes and curvatures are formulas here; the library
// gets them by autograd, and a browser test compares the two.

import {
  HOLD_HOW, SHARED_STYLE, announcer, capital, drawOnChange, exact, followArrows, followPointer, save,
} from "./shared.js";

const DRAWN = ["activation", "at"];
const LIMIT = 5; // sums are drawn from -5 to 5
const [LOW, HIGH] = [-1.9, 2.6]; // heights that are drawn
const [WIDE, TALL] = [600, 300]; // of the drawing, in its own units
const EDGE = 6; // around the plotted part
const STEP = 0.1; // of an arrow key; the slider has steps of 0.01
const CURVES = ["value", "slope", "curvature"];

// ---- Arithmetic ---------------------------------------------------------------------------------

/** The error function, to 1e-15: a series near 0, a continued fraction far away. */
function erf(x) {
  const far = Math.abs(x);
  if (far > 6) return Math.sign(x);
  if (far < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k -= 1) fraction = k / 2 / (far + fraction);
  return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (far + fraction));
}

/** A stretched tanh, its slope and its curvature. */
function tanh(a, amplitude, inner) {
  const t = Math.tanh(inner * a);
  const bend = 1 - t * t;
  return [amplitude * t, amplitude * inner * bend, -2 * amplitude * inner * inner * t * bend];
}

function sigmoid(a) {
  const s = 1 / (1 + Math.exp(-a));
  return [s, s * (1 - s), s * (1 - s) * (1 - 2 * s)];
}

/** Sum times the share of a normal distribution that lies below the sum. */
function gelu(a) {
  const share = (1 + erf(a / Math.SQRT2)) / 2;
  const density = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  return [a * share, share + a * density, density * (2 - a * a)];
}

/** Two straight lines that meet at 0; the slope at the kink is PyTorch's choice, that of the left. */
function kinked(a, left) {
  const slope = a > 0 ? 1 : left;
  return [slope * a, slope, 0];
}

export const ACTIVATIONS = {
  "scaled tanh": (a) => tanh(a, 1.7159, 2 / 3),
  tanh: (a) => tanh(a, 1, 1),
  sigmoid,
  rectifier: (a) => kinked(a, 0),
  "leaky rectifier": (a) => kinked(a, 0.01),
  GELU: gelu,
};

// ---- The page's elements ------------------------------------------------------------------------

const STYLE = `
.lesson-activation {${SHARED_STYLE}
  & .names { grid-auto-flow: row; grid-template-columns: repeat(3, minmax(0, 1fr)); }
  @container (min-width: 600px) { & .names { grid-template-columns: repeat(6, auto); } }
  & .names label { padding: 0 0.3rem; min-height: 2.1rem; height: auto; text-align: center; line-height: 1.15; }
  & .stage { display: grid; gap: 0.9rem; }
  & .picture { aspect-ratio: ${WIDE} / ${TALL}; touch-action: pan-y pinch-zoom; }
  & .picture path { fill: none; stroke-width: 2.5px; vector-effect: non-scaling-stroke; }
  & .picture .grid { stroke: #ddd8cc; stroke-width: 1px; }
  & .picture .axis { stroke: #5a6068; stroke-width: 1px; }
  & .picture .line { stroke: #5a6068; stroke-width: 1.5px; }
  &.held .picture .line { stroke-width: 3px; }
  & .picture .value { stroke: #0072b2; }
  & .picture .slope { stroke: #d55e00; stroke-dasharray: 9 5; }
  & .picture .curvature { stroke: #009e73; stroke-dasharray: 2 4; }
  & .ticks { position: relative; height: 1.4em; font-size: 0.75rem; }
  & .ticks span { position: absolute; translate: -50% 0; }
  & .heights span { position: absolute; left: 3px; translate: 0 -50%; font-size: 0.75rem; color: #5a6068; }
  & .dot {
    position: absolute; width: 13px; height: 13px; border: 2px solid var(--paper); border-radius: 50%;
    translate: -50% -50%; pointer-events: none;
  }
  & .dot.value { background: #0072b2; }
  & .dot.slope { background: #d55e00; }
  & .dot.curvature { background: #009e73; }
  & dl { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.3rem 0.8rem; margin: 0; }
  & dl > div { padding: 0.45rem 0.6rem; background: var(--raised); }
  & dt { font-weight: 400; }
  & dd { margin: 0; font-size: 1.05rem; font-weight: 640; }
  & div.value { border-top: 4px solid #0072b2; }
  & div.slope { border-top: 4px dashed #d55e00; }
  & div.curvature { border-top: 4px dotted #009e73; }
  @container (max-width: 400px) { & dl > div { padding-inline: 0.35rem; } & dd { font-size: 0.95rem; } }
  & .note { min-height: 1.45em; }
}`;

/** Native radio buttons, one for each activation, that look like one bar. */
function names(id) {
  const button = (name) =>
    `<label><input type="radio" name="activation-${id}" value="${name}">${capital(name)}</label>`;
  return `<fieldset><legend class="name">Activation</legend>
    <div class="choice names">${Object.keys(ACTIVATIONS).map(button).join("")}</div></fieldset>`;
}

const across = (a) => EDGE + ((a + LIMIT) / (2 * LIMIT)) * (WIDE - 2 * EDGE);
const down = (height) => EDGE + ((HIGH - height) / (HIGH - LOW)) * (TALL - 2 * EDGE);
const percent = (part, whole) => `${(100 * part) / whole}%`;
const whole = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function backdrop() {
  const upright = (a, kind) => `<path class="${kind}" d="M${across(a)} 0V${TALL}"/>`;
  const level = (h, kind) => `<path class="${kind}" d="M0 ${down(h)}H${WIDE}"/>`;
  const grid = [...whole(-4, 4).map((a) => upright(a, "grid")), ...[-1, 1, 2].map((h) => level(h, "grid"))];
  return `${grid.join("")}${level(0, "axis")}${upright(0, "axis")}<path class="line"/>${
    CURVES.map((name) => `<path class="${name}"/>`).join("")}`;
}

function markup(id) {
  const left = (a) => percent(across(a), WIDE);
  const tick = (a) => `<span style="left:${left(a)}">${exact(a)}</span>`;
  const height = (h) => `<span style="top:${percent(down(h), TALL)}">${exact(h)}</span>`;
  const figure = (name) => `<div class="${name}"><dt>${capital(name)}</dt><dd></dd></div>`;
  return `<style>${STYLE}</style>
<div class="lesson-activation" role="group" aria-label="Activations to touch"
  data-lm-suppress-shortcuts="true">
<p class="how soft" id="how-${id}">Point at a weighted sum, touch it, or move with the arrow keys: value,
  slope and curvature there are written out below. ${HOLD_HOW}</p>
<p class="held-note" aria-live="polite"></p>
<p class="unseen" id="what-${id}">Three curves over the weighted sum, from −5 to 5: the value of the
  activation, drawn solid; its slope, dashed; and its curvature, dotted.</p>
<div class="stage">${names(id)}
  <div><div class="picture" tabindex="0" role="application" aria-label="Curves of the activation"
      aria-describedby="what-${id} how-${id} now-${id}">
      <svg viewBox="0 0 ${WIDE} ${TALL}" preserveAspectRatio="none" aria-hidden="true">${backdrop()}</svg>
      <div class="heights" aria-hidden="true">${[-1, 1, 2].map(height).join("")}</div>
      ${CURVES.map((name) => `<b class="dot ${name}"></b>`).join("")}</div>
    <p class="ticks soft" aria-hidden="true">${whole(-4, 4).map(tick).join("")}</p></div>
  <label><span class="name">Weighted sum <span class="soft" aria-hidden="true"></span></span>
    <input type="range" min="${-LIMIT}" max="${LIMIT}" step="0.01"></label>
  <dl>${CURVES.map(figure).join("")}</dl>
  <p class="note soft"></p>
</div>
<p class="unseen" role="status" id="now-${id}"></p></div>`;
}

// ---- Drawing ------------------------------------------------------------------------------------

/** Kinks make a slope jump, so its curve is lifted off the paper there. */
function curvePath(activation, which) {
  const points = Array.from({ length: 401 }, (_, i) => -LIMIT + (2 * LIMIT * i) / 400);
  let before = NaN;
  const step = (a) => {
    const height = ACTIVATIONS[activation](a)[which];
    const letter = Math.abs(height - before) < 0.5 ? "L" : "M";
    before = height;
    return `${letter}${across(a).toFixed(2)} ${down(height).toFixed(2)}`;
  };
  return points.map(step).join("");
}

function draw(view, model) {
  const [activation, at] = DRAWN.map((name) => model.get(name));
  const heights = ACTIVATIONS[activation](at);
  CURVES.forEach((name, i) => {
    if (view.shown !== activation) view.paths[name].setAttribute("d", curvePath(activation, i));
    Object.assign(view.dots[name].style, {
      left: percent(across(at), WIDE),
      top: percent(down(heights[i]), TALL),
      display: heights[i] > HIGH ? "none" : "", // above the picture
    });
    view.figures[name].textContent = exact(heights[i]);
  });
  view.shown = activation;
  view.line.setAttribute("d", `M${across(at)} 0V${TALL}`);
  view.place.textContent = exact(at);
  view.slider.value = at;
  for (const radio of view.radios) radio.checked = radio.value === activation;
  const kink = at === 0 && activation.endsWith("rectifier");
  view.note.textContent = kink ? "At 0 there is a kink: the slope jumps. PyTorch takes that of the left." : "";
  const said = CURVES.map((name, i) => `${name} ${exact(heights[i])}`).join(", ");
  view.say(`${capital(activation)} at ${exact(at)}: ${said}.`);
}

// ---- All together -------------------------------------------------------------------------------

function collect(root) {
  const find = (selector) => root.querySelector(selector);
  const each = (selector) =>
    Object.fromEntries(CURVES.map((name) => [name, find(selector.replace("NAME", name))]));
  return {
    root,
    picture: find(".picture"),
    line: find(".line"),
    paths: each("path.NAME"),
    dots: each(".dot.NAME"),
    figures: each("dl .NAME dd"),
    place: find(".name [aria-hidden]"),
    slider: find("[type=range]"),
    radios: root.querySelectorAll("[type=radio]"),
    note: find(".note"),
    say: announcer(find("[role=status]")),
    shown: null,
  };
}

/** Set the sum, to two digits after the point and inside the limits. */
function moveTo(model, a) {
  const rounded = Math.round(a * 100) / 100 + 0; // + 0: no minus zero
  save(model, { at: Math.max(-LIMIT, Math.min(LIMIT, rounded)) });
}

/** The sum that the pointer is over. */
function pointed(event) {
  const box = event.currentTarget.querySelector("svg").getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * WIDE;
  return ((x - EDGE) / (WIDE - 2 * EDGE)) * 2 * LIMIT - LIMIT;
}

function render({ model, el }) {
  el.innerHTML = markup(Math.random().toString(36).slice(2, 8));
  const view = collect(el.querySelector(".lesson-activation"));
  const pointAt = (event) => moveTo(model, pointed(event));
  const unfollow = followPointer(view.root, [{ element: view.picture, drags: true, pointAt }]);
  followArrows(view.root, view.picture, (rows, columns) => {
    moveTo(model, model.get("at") + STEP * (columns - rows)); // up and right are more
  });
  view.slider.addEventListener("input", () => moveTo(model, Number(view.slider.value)));
  for (const radio of view.radios) {
    radio.addEventListener("change", () => save(model, { activation: radio.value }));
  }
  const end = drawOnChange(model, DRAWN, () => draw(view, model));
  return () => {
    end();
    unfollow();
    view.say.end();
  };
}

export default { render };
