// What a unit of AlexNet reads, in numbers and in words, as tower_reads.py and tower_words.py say it.
//
// `layers` is a list with the picture first, as the library has it: name, kind, towers, maps of one
// tower, height, width, kernel, stride, padding, crosses, normalised. A unit is [tower, row, column],
// or [tower, number] in a fully connected layer. A span is [first, end], and end is outside.

const TOWERS = ["first tower", "second tower"];

/** Rows and columns of a map, or how many units one tower has of a fully connected layer. */
export function sidesOf(layer) {
  return layer.kind === "full" ? [layer.width] : [layer.height, layer.width];
}

/** The unit itself if the layer has it, otherwise the middle one of the same tower. */
export function fitted(layer, [tower, ...at]) {
  const sides = sidesOf(layer);
  const isInside = at.length === sides.length && at.every((i, k) => i < sides[k]);
  const middle = sides.map((side) => Math.floor(side / 2));
  return [Math.min(tower, layer.towers - 1), ...(isInside ? at : middle)];
}

/** The unit at the same place of another layer; its middle where one of them is no map. */
export function moved(from, to, [tower, ...at]) {
  const [old, sides] = [sidesOf(from), sidesOf(to)];
  const scaled = at.map((i, k) => Math.floor(((2 * i + 1) * sides[k]) / (2 * old[k])));
  return fitted(to, [tower, ...(old.length === sides.length ? scaled : [])]);
}

/** Which of `count` units in a row the windows of these read; padding is left out. */
function spanBelow({ kind, kernel, stride, padding }, [first, end], count) {
  if (kind === "full") return [0, count];
  const last = (end - 1) * stride - padding + kernel;
  return [Math.max(first * stride - padding, 0), Math.min(last, count)];
}

/** All that a unit depends on, from the layer below down to the picture. */
export function parts(layers, name, [tower, ...at]) {
  const top = layers.findIndex((layer) => layer.name === name);
  const [row, column] = at.length === 2 ? at : [0, ...at];
  let [towers, rows, columns] = [[tower], [row, row + 1], [column, column + 1]];
  const found = [];
  for (let i = top; i > 0; i--) {
    const [reader, below] = [layers[i], layers[i - 1]];
    rows = spanBelow(reader, rows, below.height);
    columns = spanBelow(reader, columns, below.width);
    if (below.kind === "picture") towers = [];
    else if (reader.crosses) towers = below.towers === 2 ? [0, 1] : [0];
    found.push({ layer: below.name, towers, rows, columns });
  }
  return found;
}

/** Side of a unit's receptive field in pixels, beyond the borders too; null if all is read. */
function fieldSize(layers) {
  let [size, jump] = [1, 1];
  for (const { kernel, stride } of layers.slice(1)) {
    size += (kernel - 1) * jump;
    jump *= stride;
  }
  return layers.at(-1).kind === "full" ? null : size;
}

// ---- In words -----------------------------------------------------------------------------------

const withCommas = (value) => value.toLocaleString("en");
const length = ([first, end]) => end - first;

/** Where a unit is, such as "conv5, first tower, row 6, column 6". */
function unitName({ name, kind, towers }, [tower, ...at]) {
  if (kind !== "full") return `${name}, ${TOWERS[tower]}, row ${at[0]}, column ${at[1]}`;
  return towers === 1 ? `${name}, score ${at[0]}` : `${name}, ${TOWERS[tower]}, unit ${at[0]}`;
}

function shapeWords({ name, kind, towers, maps, height, width }) {
  if (towers === 1) return `${name}: ${withCommas(width)} scores, in the first tower.`;
  if (kind === "full") return `${name}: ${withCommas(width)} units in each tower.`;
  return `${name}: ${maps} maps of ${height}×${width} in each tower.`;
}

function readsWords(own, below, tower, { rows, columns }) {
  const both = `of ${below.name}, those of both towers`;
  if (below.kind === "full") return `the ${withCommas(below.towers * below.width)} units ${both}`;
  const seen = `${length(rows)}×${length(columns)}`;
  if (own.kind === "full") return `${below.towers * below.maps} maps ${both}, all ${seen} units of each`;
  const window = `${own.kernel}×${own.kernel}`;
  const rest = seen === window ? "" : `; the rest of its ${window} window is padding`;
  if (below.kind === "picture") {
    return `the ${below.maps} colours of the picture, ${seen} pixels of each${rest}`;
  }
  if (own.kind === "pool") {
    return `one map of ${below.name}, in its own tower, ${seen} units of it${rest}`;
  }
  const first = tower * below.maps;
  const maps = own.crosses
    ? `${below.towers * below.maps} maps ${both}`
    : `${below.maps} maps of ${below.name}, those of its own tower (${first} to ${first + below.maps - 1})`;
  return `${maps}, ${seen} units of each${rest}`;
}

function numbersWords(own, below, part) {
  const [rows, columns] = [length(part.rows), length(part.columns)];
  if (own.kind === "pool") return `Its value is the largest of these ${rows * columns} numbers.`;
  const towers = Math.max(1, part.towers.length);
  if (below.kind === "full") {
    return `That makes ${towers} × ${withCommas(columns)} = ${withCommas(towers * columns)} inputs.`;
  }
  const maps = towers * below.maps;
  return `That makes ${maps} × ${rows} × ${columns} = ${withCommas(maps * rows * columns)} inputs.`;
}

function pixelWords({ rows, columns }, size, side) {
  const isAll = (count) => length(rows) === count && length(columns) === count;
  if (isAll(side)) return `It sees the whole picture, ${side}×${side} pixels.`;
  const seen = `It sees ${length(rows)}×${length(columns)} pixels: rows ${rows[0]} to ${
    rows[1] - 1}, columns ${columns[0]} to ${columns[1] - 1}`;
  return isAll(size) ? `${seen}.` : `${seen}; the border cuts off the rest of ${size}×${size}.`;
}

function otherTowerWords(layers) {
  const own = layers.at(-1);
  if (own.crosses) return "Half of what it reads comes from the other tower.";
  const crossing = layers.filter((layer) => layer.crosses).at(-1);
  if (crossing) return `The other tower reaches it through ${crossing.name}.`;
  if (!own.normalised) return "Nothing of the other tower reaches it.";
  return `Nothing of the other tower reaches it. The normalisation before it (not drawn) sums over up to ${
    own.normalised} maps of one tower.`;
}

/** Its layer, what it reads, how many numbers that is, its pixels, and the other tower. */
export function sentences(layers, name, unit) {
  const top = layers.findIndex((layer) => layer.name === name);
  const [own, below, upTo] = [layers[top], layers[top - 1], layers.slice(0, top + 1)];
  const found = parts(layers, name, unit);
  return [
    shapeWords(own),
    `${unitName(own, unit)} reads ${readsWords(own, below, unit[0], found[0])}.`,
    numbersWords(own, below, found[0]),
    pixelWords(found.at(-1), fieldSize(upTo), layers[0].width),
    otherTowerWords(upTo),
  ];
}
