// AlexNet's two towers as a drawing: photograph, layers, a unit, and what it depends on.

import { place } from "./shared.js";
import { parts } from "./tower_reads.js";

const LEAST = 3.5; // points: side of what is drawn of a unit

const SVG = "http://www.w3.org/2000/svg";

function put(parent, name, className, space) {
  const made = space ? document.createElementNS(space, name) : document.createElement(name);
  if (className) made.setAttribute("class", className);
  return parent.appendChild(made);
}

function box(parent, className, [x, y, width, height]) {
  place(put(parent, "rect", className, SVG), x, y, width, height);
}

function line(parent, className, [x1, y1], [x2, y2]) {
  const made = put(parent, "line", className, SVG);
  for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) made.setAttribute(name, value);
}

function write(view, className, x, y, words) {
  const label = put(view.field, "span", className);
  label.textContent = words;
  const { width, height } = view.places;
  Object.assign(label.style, { left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%` });
}

/** The photograph, the outlines of all layers, and their names, once, into `view.field`. */
export function build(view, { picture, layers, places }) {
  const { width, height, boxes, padded, titles, key } = places;
  view.field.style.aspectRatio = `${width} / ${height}`;
  view.photograph = put(view.field, "img");
  view.photograph.alt = "";
  const [x, y, wide, high] = boxes.picture[0];
  const share = { left: x / width, top: y / height, width: wide / width, height: high / height };
  for (const [side, part] of Object.entries(share)) view.photograph.style[side] = `${100 * part}%`;
  const svg = put(view.field, "svg", "", SVG);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-hidden", "true");
  box(svg, "zeros", padded);
  line(svg, "between", [width / 2, titles - 8], [width / 2, height]);
  for (const { name } of layers.slice(1)) for (const one of boxes[name]) box(svg, "frame", one);
  ["mark unit", "mark", "farther"].forEach((look, i) => box(svg, look, [key[i][0] + 1, key[i][1], 11, 11]));
  view.marks = put(svg, "g", "", SVG);
  writeNames(view, { layers, places });
}

function writeNames(view, { layers, places: { boxes, titles, key } }) {
  for (const { name, kind, width, height } of layers) {
    for (const [x, y, wide, high] of boxes[name]) {
      if (kind === "full") write(view, "beside", x - 6, y + high / 2, name);
      else if (kind === "picture") write(view, "", x + wide / 2, y - 9.5, `picture, ${width}×${height}`);
      else write(view, "", x + wide / 2, y - 8, name);
    }
  }
  boxes.conv1.forEach(([x], i) => write(view, "from title", x, titles, `${["first", "second"][i]} tower`));
  ["the unit", "it reads these", "they read these"].forEach((words, i) =>
    write(view, "from", key[i][0] + 18, key[i][1] + 5.5, words),
  );
}

/** Where units of a layer are in its box, large enough to be seen. */
function covered(layer, [x, y, wide, high], rows, columns) {
  const [across, down] = [wide / layer.width, high / layer.height];
  const sides = [across * (columns[1] - columns[0]), down * (rows[1] - rows[0])];
  const shown = sides.map((side) => Math.max(side, LEAST));
  const corner = [x + across * columns[0], y + down * rows[0]];
  return [...corner.map((at, i) => at - (shown[i] - sides[i]) / 2), ...shown];
}

const middleOf = ([x, y, wide, high]) => [x + wide / 2, y + high / 2];

/** What the unit depends on, the farthest first, then its lines and the unit itself. */
export function drawMarks(view, { layers, places: { boxes }, layer, own, unit }) {
  const [tower, ...at] = unit;
  const [row, column] = at.length === 2 ? at : [0, ...at];
  const here = covered(own, boxes[layer][tower], [row, row + 1], [column, column + 1]);
  const drawn = parts(layers, layer, unit).map((part) => {
    const of = layers.find(({ name }) => name === part.layer);
    const towers = part.towers.length ? part.towers : [0];
    return towers.map((i) => covered(of, boxes[part.layer][i], part.rows, part.columns));
  });
  view.marks.replaceChildren();
  const outline = (one, look, isBare) => {
    for (const name of ["halo", look]) box(view.marks, isBare ? `${name} bare` : name, one);
  };
  const last = drawn.length - 1; // the photograph, which stays as it is inside the outline
  for (let i = last; i > 0; i--) for (const one of drawn[i]) outline(one, "farther", i === last);
  for (const look of ["under", ""]) {
    for (const one of drawn[0]) line(view.marks, look, middleOf(here), middleOf(one));
  }
  for (const one of drawn[0]) outline(one, "mark", last === 0);
  outline(here, "mark unit");
}
