// A connection table to touch: the maps of two layers, one map's lines, and what they cost.
//
// One ES module without a framework. anywidget loads it in a notebook, page.js on a page of the
// book; both call `render({ model, el })`. Where the maps are drawn comes from the library
// (`lessonlib.viz.connected_maps.layout`), so the still picture and this one are alike.

import {
  HOLD_HOW, SHARED_STYLE, announcer, drawOnChange, followArrows, followPointer, paint, place, save,
  signedColor, slider,
} from "./shared.js";

const DRAWN = [
  "table", "inputs", "outputs", "names", "kernel_size", "side", "chosen", "places",
];

// ---- The table ----------------------------------------------------------------------------------

/** The maps of the other layer that are connected with map `number` of layer 0 or 1. */
export function partners(table, layer, number) {
  const others = layer === 1 ? table.map((_, i) => i) : [...table[0]].map((_, j) => j);
  return others.filter((k) => (layer === 1 ? table[k][number] : table[number][k]) === "X");
}

const thousands = (value) => value.toLocaleString("en");
const maps = (count) => (count === 1 ? "1 map" : `${count} maps`);

/** What is written below: the chosen map, what it costs, and the whole layer. */
export function sentences({ table, names, kernel_size: kernel, side, chosen }) {
  const [name, number] = chosen;
  const layer = names.indexOf(name);
  const found = partners(table, layer, number);
  const [count, weights, units] = [found.length, kernel ** 2, side ** 2];
  const all = table[0].length;
  const pairs = table.join("").split("X").length - 1;
  const total = pairs * weights + all;
  const every = `All of ${names[1]}: ${pairs} of ${table.length * all} pairs. ${pairs} × ${weights} + ${
    all} = ${thousands(total)} parameters, ${thousands(total * units)} connections.`;
  if (layer === 1) {
    const own = count * weights + 1;
    return [
      `Map ${number} of ${name} reads ${maps(count)} of ${names[0]}: ${found.join(", ")}.`,
      `${count} × ${weights} + 1 = ${thousands(own)} parameters, used at ${units} places: ${
        thousands(own * units)} connections.`,
      every,
    ];
  }
  return [
    `Map ${number} of ${name} is read by ${maps(count)} of ${names[1]}${
      count ? `: ${found.join(", ")}` : ""}.`,
    `${count} kernels of ${weights} weights: ${thousands(count * weights)} weights.`,
    every,
  ];
}

// ---- State --------------------------------------------------------------------------------------

function read(model) {
  const found = Object.fromEntries(DRAWN.map((name) => [name, model.get(name)]));
  const squares = [found.places.inputs, found.places.outputs];
  return { ...found, squares, layer: found.names.indexOf(found.chosen[0]), number: found.chosen[1] };
}

function choose(model, layer, number) {
  const { names, chosen } = read(model);
  if (chosen[0] === names[layer] && chosen[1] === number) return;
  save(model, { chosen: [names[layer], number] });
}

const middle = ([x, y, side]) => [x + side / 2, y + side / 2];

/** Every map as {layer, number, x, y}, by its middle. */
function everyMap({ squares }) {
  return squares.flatMap((row, layer) =>
    row.map((square, number) => {
      const [x, y] = middle(square);
      return { layer, number, x, y };
    }),
  );
}

/** The map nearest to a place, rows first: each row takes the heights that are nearest to it. */
function nearest(state, x, y) {
  const all = everyMap(state);
  const height = Math.min(...all.map((map) => Math.abs(map.y - y)));
  const row = all.filter((map) => Math.abs(map.y - y) === height);
  return row.reduce((best, map) => (Math.abs(map.x - x) < Math.abs(best.x - x) ? map : best));
}

/** One step along a row, or to the nearest map of the row above or below. */
function step(model, down, right) {
  const state = read(model);
  const all = everyMap(state);
  const now = all.find((map) => map.layer === state.layer && map.number === state.number);
  const rows = [...new Set(all.map((map) => map.y))].sort((a, b) => a - b);
  const row = rows[rows.indexOf(now.y) + down];
  if (row === undefined) return;
  if (down) return chooseMap(model, nearest(state, now.x, row));
  const line = all.filter((map) => map.y === now.y);
  chooseMap(model, line[line.indexOf(now) + right]);
}

function chooseMap(model, map) {
  if (map) choose(model, map.layer, map.number);
}

// ---- The page's elements ------------------------------------------------------------------------

const STYLE = `
.lesson-table {${SHARED_STYLE}
  & .picture { touch-action: pinch-zoom; max-width: 40rem; margin: 0 auto; }
  & .field { position: relative; margin: 0.3rem 0.5rem; }
  & .picture span {
    position: absolute; transform: translate(-50%, -50%); font-size: 0.8rem; line-height: 1;
    color: #1f2328;
  }
  & .picture .beside { transform: translate(-100%, -50%); }
  & .picture .layer, & .picture .on { font-weight: 700; }
  & .picture .layer { transform: translate(0, -50%); }
  & line { stroke: var(--mark); stroke-width: 2.5px; vector-effect: non-scaling-stroke; }
  & .picture rect.empty { fill: #fff; fill-opacity: 0.6; }
  & .picture .asked { stroke-width: 4.5px; }
  &.held .picture .asked { stroke-width: 6px; }
  & .knob { max-width: 40rem; margin: 0.8rem auto 0; }
  & .knob label { display: block; }
  & .sum {
    max-width: 40rem; margin: 0.8rem auto 0; padding: 0.75rem 0.9rem; min-height: 9em;
    border-left: 4px solid var(--mark); background: var(--raised);
  }
  & .sum p + p { margin-top: 0.3rem; }
  & .sum p:first-child { font-weight: 640; }
  @container (min-width: 600px) { & .sum { min-height: 6.2em; } }
}`;

function markup(id, state) {
  const [inputs, outputs] = state.names;
  return `<style>${STYLE}</style>
<div class="lesson-table" role="group" aria-label="Connection table to touch"
  data-lm-suppress-shortcuts="true">
<p class="how soft" id="how-${id}">Point at a map, touch it, or move with the arrow keys: its lines show
  what is connected with it. ${HOLD_HOW}</p>
<p class="held-note" aria-live="polite"></p>
<p class="unseen" id="what-${id}">The maps of ${inputs} are in a row; those of ${outputs} are above and
  below it.</p>
<div class="picture" tabindex="0" role="application" aria-label="Maps of ${inputs} and ${outputs}"
  aria-describedby="what-${id} how-${id} now-${id}"><div class="field"></div></div>
<div class="knob">${slider("map")}</div>
<div class="sum"><p></p><p></p><p class="soft"></p></div>
<p class="unseen" role="status" id="now-${id}"></p></div>`;
}

// ---- Drawing ------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";

function put(parent, name, className, space) {
  const made = space ? document.createElementNS(space, name) : document.createElement(name);
  if (className) made.setAttribute("class", className);
  return parent.appendChild(made);
}

function at(element, { width, height }, x, y, wide, high) {
  const percent = (share) => `${100 * share}%`;
  Object.assign(element.style, { left: percent(x / width), top: percent(y / height) });
  if (wide === undefined) return;
  Object.assign(element.style, { width: percent(wide / width), height: percent(high / height) });
}

/** Pictures, frames, numbers and the layers' names, once. */
function build(field, state) {
  const { places, squares, names } = state;
  field.style.aspectRatio = `${places.width} / ${places.height}`;
  const pictures = squares.map((row) => row.map(() => put(field, "canvas")));
  const svg = put(field, "svg", "", SVG);
  svg.setAttribute("viewBox", `0 0 ${places.width} ${places.height}`);
  svg.setAttribute("aria-hidden", "true");
  const lines = put(svg, "g", "", SVG);
  const parts = squares.map((row, layer) =>
    row.map(([x, y, side], number) => {
      at(pictures[layer][number], places, x, y, side, side);
      const frame = put(svg, "rect", "frame", SVG);
      place(frame, x, y, side, side);
      const label = put(field, "span", layer === 0 ? "beside" : "");
      label.textContent = number;
      const isBelow = y > squares[0][0][1];
      if (layer === 0) at(label, places, x - 4, y + side / 2);
      else at(label, places, x + side / 2, isBelow ? y + side + 8 : y - 8);
      return { frame, label, canvas: pictures[layer][number] };
    }),
  );
  squares.forEach((row, layer) => {
    for (const y of new Set(row.map((square) => middle(square)[1]))) {
      const label = put(field, "span", "layer");
      label.textContent = names[layer];
      at(label, places, 0, y);
    }
  });
  return { lines, parts };
}

/** States as colours, with one scale for all maps; squares without states are empty. */
function drawStates(view, state) {
  const shown = [state.inputs, state.outputs];
  const most = Math.max(0, ...shown.flat(3).filter(Number.isFinite).map(Math.abs));
  view.parts.forEach((row, layer) =>
    row.forEach(({ canvas, frame }, number) => {
      frame.classList.toggle("empty", !shown[layer]);
      canvas.hidden = !shown[layer];
      if (shown[layer]) paint(canvas, shown[layer][number], (value) => signedColor(value, most));
    }),
  );
}

function drawLines(view, { squares, table, layer, number }) {
  const others = partners(table, layer, number);
  view.lines.replaceChildren();
  for (const other of others) {
    const [one, two] = layer === 0 ? [number, other] : [other, number];
    const [x, y, side] = squares[0][one];
    const [x2, y2, side2] = squares[1][two];
    const line = put(view.lines, "line", "", SVG);
    const ends = y2 < y ? [y, y2 + side2] : [y + side, y2];
    const values = { x1: x + side / 2, x2: x2 + side2 / 2, y1: ends[0], y2: ends[1] };
    for (const [key, value] of Object.entries(values)) line.setAttribute(key, value);
  }
  view.parts.forEach((row, at) =>
    row.forEach(({ frame, label }, i) => {
      const isAsked = at === layer && i === number;
      const isOn = isAsked || (at !== layer && others.includes(i));
      const kept = frame.classList.contains("empty") ? " empty" : "";
      frame.setAttribute("class", `${isOn ? "mark" : "frame"}${isAsked ? " asked" : ""}${kept}`);
      label.classList.toggle("on", isOn);
    }),
  );
}

function draw(view, model) {
  const state = read(model);
  const { names, layer, number, squares } = state;
  if (view.drawn !== state.inputs || view.drawnToo !== state.outputs || !view.isDrawn) {
    drawStates(view, state);
    Object.assign(view, { drawn: state.inputs, drawnToo: state.outputs, isDrawn: true });
  }
  drawLines(view, state);
  const said = sentences(state);
  said.forEach((text, i) => (view.texts[i].textContent = text));
  view.knob.max = squares[1].length - 1;
  if (layer === 1) view.knob.value = number;
  view.knobName.textContent = layer === 1 ? `${number} of ${names[1]}` : `of ${names[1]}`;
  view.say(said.slice(0, 2).join(" "));
}

// ---- All together -------------------------------------------------------------------------------

function collect(root, state) {
  const picture = root.querySelector(".picture");
  return {
    root,
    picture,
    ...build(picture.querySelector(".field"), state),
    texts: root.querySelectorAll(".sum p"),
    knob: root.querySelector("[data-place=map]"),
    knobName: root.querySelector(".knob [aria-hidden]"),
    say: announcer(root.querySelector("[role=status]")),
  };
}

function render({ model, el }) {
  el.innerHTML = markup(Math.random().toString(36).slice(2, 8), read(model));
  const view = collect(el.querySelector(".lesson-table"), read(model));
  const pointAt = (event) => {
    const { places } = read(model);
    const box = view.picture.querySelector("svg").getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * places.width;
    const y = ((event.clientY - box.top) / box.height) * places.height;
    chooseMap(model, nearest(read(model), x, y));
  };
  const unfollow = followPointer(view.root, [{ element: view.picture, drags: true, pointAt }]);
  followArrows(view.root, view.picture, (down, right) => step(model, down, right));
  view.knob.addEventListener("input", () => choose(model, 1, Number(view.knob.value)));
  const end = drawOnChange(model, DRAWN, () => draw(view, model));
  return () => {
    end();
    unfollow();
    view.say.end();
  };
}

export default { render };
