// AlexNet's two towers to touch: a unit, what it reads, and the pixels that it sees.
//
// One ES module without a framework. anywidget loads it in a notebook, page.js on a page of the
// book; both call `render({ model, el })`. Where layers are drawn comes from the library
// (`lessonlib.widgets.tower_places`), so the still picture and this one are alike.

import {
  HOLD_HOW, SHARED_STYLE, announcer, choice, drawOnChange, followArrows, followPointer, save, slider,
} from "./shared.js";
import { build, drawMarks } from "./tower_drawing.js";
import { fitted, moved, sentences, sidesOf } from "./tower_reads.js";

const DRAWN = ["picture", "layers", "places", "layer", "unit"];
const NEAR = 14; // points from a layer: farther away nothing is pointed at

// ---- State --------------------------------------------------------------------------------------

/** The traits, and the layer itself; a unit that this layer does not have is taken as its middle. */
function read(model) {
  const state = Object.fromEntries(DRAWN.map((name) => [name, model.get(name)]));
  const own = state.layers.find(({ name }) => name === state.layer);
  return { ...state, own, unit: fitted(own, state.unit) };
}

function choose(model, layer, unit) {
  const state = read(model);
  if (layer === state.layer && String(unit) === String(state.unit)) return;
  save(model, { layer, unit });
}

const clamp = (value, count) => Math.max(0, Math.min(count - 1, value));

/** Move by rows and columns, as far as the map goes. */
function step(model, down, right) {
  const { own, layer, unit: [tower, ...at] } = read(model);
  const sides = sidesOf(own);
  const steps = sides.length === 2 ? [down, right] : [right];
  choose(model, layer, [tower, ...at.map((i, k) => clamp(i + steps[k], sides[k]))]);
}

/** The unit nearest to a place of the drawing, in the layer whose box is nearest; null far away. */
function nearest({ layers, places }, x, y) {
  const outside = (value, from, size) => Math.max(from - value, 0, value - from - size);
  const all = layers.slice(1).flatMap((layer) =>
    places.boxes[layer.name].map(([left, top, wide, high], tower) => {
      const away = Math.hypot(outside(x, left, wide), outside(y, top, high));
      const row = clamp(Math.floor(((y - top) / high) * layer.height), layer.height);
      const column = clamp(Math.floor(((x - left) / wide) * layer.width), layer.width);
      const at = layer.kind === "full" ? [column] : [row, column];
      return { away, layer: layer.name, unit: [tower, ...at] };
    }),
  );
  const found = all.reduce((best, one) => (one.away < best.away ? one : best));
  return found.away <= NEAR ? found : null;
}

// ---- The page's elements ------------------------------------------------------------------------

const STYLE = `
.lesson-tower {${SHARED_STYLE}
  & .picture { touch-action: manipulation; width: 100%; max-width: 32rem; margin: 0 auto; }
  & .field { position: relative; margin: 0.3rem 0.5rem; }
  & .field img { position: absolute; }
  & .field span {
    position: absolute; transform: translate(-50%, -50%); font-size: 0.6875rem; line-height: 1;
    white-space: nowrap; color: #1f2328;
    text-shadow: 0 0 2px var(--paper), 0 0 2px var(--paper), 0 0 3px var(--paper);
  }
  & .field .beside { transform: translate(-100%, -50%); }
  & .field .from { transform: translate(0, -50%); }
  & .field .title { font-weight: 700; }
  & svg { overflow: visible; }
  & line { stroke: var(--mark); stroke-width: 2.5px; vector-effect: non-scaling-stroke; }
  & line.under { stroke: var(--paper); stroke-width: 5px; }
  & line.between { stroke: #5a6068; stroke-width: 1px; stroke-dasharray: 1 3; }
  & .farther { stroke: #0072b2; stroke-width: 1.8px; stroke-dasharray: 5 2.5; fill: rgb(0 114 178 / 0.18); }
  & .mark { fill: rgb(0 158 115 / 0.3); }
  & .unit { fill: var(--mark); }
  & .halo { stroke-width: 5px; fill: var(--paper); }
  & .bare { fill: none; }
  & .beside-it { max-width: 32rem; margin: 0.8rem auto 0; }
  & .beside-it > label { display: block; margin-bottom: 0.6rem; }
  & .choice label:has(:disabled) { opacity: 0.5; cursor: not-allowed; }
  & .place { display: grid; grid-template-columns: 1fr 1fr; gap: 0 0.9rem; margin-top: 0.6rem; }
  & .place [hidden] { display: none; }
  & .place [hidden] + label { grid-column: 1 / -1; }
  & .sum {
    margin-bottom: 0.8rem; padding: 0.75rem 0.9rem; min-height: 19em;
    border-left: 4px solid var(--mark); background: var(--raised);
  }
  & .sum p + p { margin-top: 0.3rem; }
  & .sum p:nth-child(2) { font-weight: 640; }
  @container (min-width: 440px) { & .field span { font-size: 0.8rem; } }
  @container (min-width: 600px) {
    & .both { display: grid; grid-template-columns: minmax(0, 27rem) minmax(13.5rem, 1fr); gap: 1rem; }
    & .picture { margin: 0; align-self: start; }
    & .beside-it { display: flex; flex-direction: column; margin: 0; max-width: 24rem; }
    & .sum { order: 1; margin: 0.8rem 0 0; }
    & .sum { min-height: 25.3em; }
  }
}`;

function markup(id, { layers }) {
  const options = layers.slice(1).map(({ name }) => `<option>${name}</option>`).join("");
  return `<style>${STYLE}</style>
<div class="lesson-tower" role="group" aria-label="AlexNet's towers to touch"
  data-lm-suppress-shortcuts="true">
<p class="how soft" id="how-${id}">Point at a unit of any layer, touch it, or choose a layer and move with
  the arrow keys. ${HOLD_HOW}</p>
<p class="held-note" aria-live="polite"></p>
<p class="unseen" id="what-${id}">Each layer is drawn as one map, or as a bar, in each of the two towers.
  Rows, columns and units count from 0.</p>
<div class="both">
  <div class="picture" tabindex="0" role="application" aria-label="The picture and the layers of both towers"
    aria-describedby="what-${id} how-${id} now-${id}"><div class="field" aria-hidden="true"></div></div>
  <div class="beside-it">
    <div class="sum"><p class="soft"></p><p></p><p></p><p></p><p></p></div>
    <label><span class="name">Layer</span><select>${options}</select></label>
    ${choice("tower", ["first", "second"], id)}
    <div class="place">${slider("row")}${slider("column")}</div>
  </div>
</div>
<p class="unseen" role="status" id="now-${id}"></p></div>`;
}

// ---- Drawing ------------------------------------------------------------------------------------

function drawControls(view, { layer, own, unit: [tower, ...at] }) {
  view.select.value = layer;
  view.radios.forEach((radio, i) => {
    radio.checked = i === tower;
    radio.disabled = i >= own.towers;
  });
  const sides = sidesOf(own);
  const names = sides.length === 2 ? ["Row", "Column"] : [null, own.towers === 1 ? "Score" : "Unit"];
  const shown = sides.length === 2 ? at : [0, ...at];
  view.sliders.forEach((input, i) => {
    input.closest("label").hidden = names[i] === null;
    if (names[i] === null) return;
    Object.assign(input, { max: sides.at(i - 2) - 1, value: shown[i] });
    const [text, number] = input.closest("label").querySelector(".name").childNodes;
    text.data = `${names[i]} `;
    number.textContent = shown[i];
  });
}

function draw(view, model) {
  const state = read(model);
  if (view.photograph.src !== state.picture) view.photograph.src = state.picture;
  drawMarks(view, state);
  drawControls(view, state);
  const said = sentences(state.layers, state.layer, state.unit);
  said.forEach((text, i) => (view.texts[i].textContent = text));
  view.say(said.slice(1, 4).join(" "));
}

// ---- All together -------------------------------------------------------------------------------

function collect(root, state) {
  const find = (selector) => root.querySelector(selector);
  const view = {
    root,
    places: state.places,
    picture: find(".picture"),
    field: find(".field"),
    select: find("select"),
    radios: [...root.querySelectorAll("[data-tower]")],
    sliders: ["row", "column"].map((name) => find(`[data-place=${name}]`)),
    texts: root.querySelectorAll(".sum p"),
    say: announcer(find("[role=status]")),
  };
  build(view, state);
  return view;
}

function followControls(view, model) {
  view.select.addEventListener("change", () => {
    const { layers, own, unit } = read(model);
    const to = layers.find(({ name }) => name === view.select.value);
    choose(model, to.name, moved(own, to, unit));
  });
  view.radios.forEach((radio, tower) =>
    radio.addEventListener("change", () => {
      const { layer, unit } = read(model);
      choose(model, layer, [tower, ...unit.slice(1)]);
    }),
  );
  view.sliders.forEach((input, i) =>
    input.addEventListener("input", () => {
      const { layer, unit } = read(model);
      const at = unit.with(i - 2, Number(input.value)); // the last two of tower, row, column
      choose(model, layer, at);
    }),
  );
}

function render({ model, el }) {
  el.innerHTML = markup(Math.random().toString(36).slice(2, 8), read(model));
  const view = collect(el.querySelector(".lesson-tower"), read(model));
  const pointAt = (event) => {
    const state = read(model);
    const shown = view.field.querySelector("svg").getBoundingClientRect();
    const x = ((event.clientX - shown.left) / shown.width) * state.places.width;
    const y = ((event.clientY - shown.top) / shown.height) * state.places.height;
    const found = nearest(state, x, y);
    if (found) choose(model, found.layer, found.unit);
  };
  const unfollow = followPointer(view.root, [{ element: view.picture, drags: false, pointAt }]);
  followArrows(view.root, view.picture, (down, right) => step(model, down, right));
  followControls(view, model);
  const end = drawOnChange(model, DRAWN, () => draw(view, model));
  return () => {
    end();
    unfollow();
    view.say.end();
  };
}

export default { render };
