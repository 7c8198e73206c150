// A convolution to try out: picture, kernel, stride, padding, and the sum written out.
//
// One ES module without a framework. anywidget loads it in a notebook, page.js on a page of the
// book; both call `render({ model, el })`. A convolution is what PyTorch's Conv2d computes: a
// cross-correlation, with zeros as padding. Rows and columns count from 0.

import {
  HOLD_HOW, OUTLINES, SHARED_STYLE, announcer, bracketed, capital, choice, drawOnChange, exact,
  followArrows, followPointer, greyColor, isExact, paint, place, rgb, save, signedColor, slider,
} from "./shared.js";

const SIDE = 3; // of the kernel
const ROOM = 3.5; // pixels around a drawn picture: the most padding, and half a unit
const DRAWN = ["image", "ink", "kernel", "kernels", "stride", "padding", "row", "column"];
const STRIDES = [1, 2, 3, 4];
const PADDINGS = [0, 1, 2, 3];

// ---- Arithmetic ---------------------------------------------------------------------------------

/** Units in a row of the map: how many windows are wholly inside the padded input. */
export function outSize(size, kernel, stride = 1, padding = 0) {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

/** What the unit at (row, column) sees, its products, their total, how many pixels are padding. */
export function windowSum(image, kernel, stride, padding, row, column) {
  const pixels = [];
  const products = [];
  let outside = 0;
  kernel.forEach((weights, i) =>
    weights.forEach((weight, j) => {
      const pixel = image[row * stride - padding + i]?.[column * stride - padding + j];
      if (pixel === undefined) outside += 1;
      pixels.push(pixel ?? 0);
      products.push((pixel ?? 0) * weight);
    }),
  );
  return { pixels, products, total: products.reduce((sum, product) => sum + product, 0), outside };
}

/** The whole map, a list of rows. */
export function convolve(image, kernel, stride = 1, padding = 0) {
  const rows = outSize(image.length, kernel.length, stride, padding);
  const columns = outSize(image[0].length, kernel[0].length, stride, padding);
  const unit = (row, column) => windowSum(image, kernel, stride, padding, row, column).total;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => unit(row, column)),
  );
}

// ---- State --------------------------------------------------------------------------------------

/** All that is drawn, from the model; a place outside the map is moved to its edge. */
function read(model) {
  const found = Object.fromEntries(DRAWN.map((name) => [name, model.get(name)]));
  const { rows: image, top } = found.image;
  const [height, width] = [image.length, image[0].length];
  const rows = outSize(height, SIDE, found.stride, found.padding);
  const columns = outSize(width, SIDE, found.stride, found.padding);
  const row = Math.min(found.row, rows - 1);
  const column = Math.min(found.column, columns - 1);
  return { ...found, image, top, height, width, rows, columns, row, column };
}

function moveTo(model, row, column) {
  const state = read(model);
  const inside = (value, count) => Math.max(0, Math.min(count - 1, value));
  save(model, { row: inside(row, state.rows), column: inside(column, state.columns) });
}

/**
 * Set another stride or padding; the window stays as near as possible to its place in the picture.
 *
 * The place is remembered, so that steps there and back do not let the window drift.
 */
function reshape(model, changes, memory) {
  const old = read(model);
  const { stride, padding } = { ...old, ...changes };
  if (memory.row !== old.row || memory.column !== old.column) {
    memory.top = old.row * old.stride - old.padding;
    memory.left = old.column * old.stride - old.padding;
  }
  const near = (corner, size) => {
    const last = outSize(size, SIDE, stride, padding) - 1;
    return Math.max(0, Math.min(last, Math.round((corner + padding) / stride)));
  };
  memory.row = near(memory.top, old.height);
  memory.column = near(memory.left, old.width);
  save(model, { ...changes, row: memory.row, column: memory.column });
}

// ---- The page's elements ------------------------------------------------------------------------

const STYLE = `
.lesson-convolution {${SHARED_STYLE}
  & .stage {
    display: grid; gap: 0.9rem 0.8rem; grid-template-columns: repeat(2, minmax(0, 1fr));
    grid-template-areas: "input map" "kernel knobs" "place place" "sum sum";
  }
  @container (min-width: 600px) {
    & .stage {
      column-gap: 1.4rem; grid-template-columns: minmax(0, 1fr) 9.5rem minmax(0, 1fr);
      grid-template-rows: auto 1fr;
      grid-template-areas: "input kernel map" "input knobs map" "place place place" "sum sum sum";
    }
  }
  & .input { grid-area: input; }
  & .map { grid-area: map; }
  & .kernel { grid-area: kernel; }
  & .knobs { grid-area: knobs; display: grid; gap: 0.5rem; align-content: start; }
  & .place {
    grid-area: place; display: grid; gap: inherit; grid-template-columns: repeat(2, minmax(0, 1fr));
  }
  & .sum { grid-area: sum; }
  & .input .picture { touch-action: pinch-zoom; }
  & .weights {
    display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); padding: 2px;
    border-radius: 0.3rem; background: var(--mark); gap: 1px;
  }
  & .weights input {
    width: 100%; height: 2.9rem; margin: 0; padding: 0; border: 0; border-radius: 1px;
    background: var(--paper); color: #1f2328; font: inherit; font-size: 1rem; text-align: center;
    appearance: textfield;
  }
  & .weights input.long { font-size: clamp(0.7rem, 4cqi, 0.8rem); }
  & .weights input::-webkit-inner-spin-button { display: none; }
  & .weights input[aria-invalid="true"] { outline: 3px solid #d55e00; outline-offset: -3px; }
  & .weights input:focus-visible { outline: 3px solid #00598c; outline-offset: -3px; }

  & .sum { padding: 0.75rem 0.9rem; border-left: 4px solid var(--mark); background: var(--raised); }
  & .terms {
    display: grid; grid-template-columns: repeat(3, max-content); gap: 0.15rem 1.6rem;
    margin: 0.35rem 0 0.5rem;
  }
  & .terms > span { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.35em; }
  & .total { overflow-wrap: anywhere; }
  & .total i { display: inline-block; margin: 0 0.25em 0 0.1em; vertical-align: -0.1em; }
  & .size { margin-top: 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
  @container (min-width: 600px) {
    & .sum { display: grid; grid-template-columns: minmax(0, 1fr) 15.5rem; gap: 1.4rem; }
    & .size { margin: 0; padding: 0 0 0 1.4rem; border: 0; border-left: 1px solid var(--line); }
  }
  @container (max-width: 400px) {
    & .sum { padding-inline: 0.7rem; }
    & .terms { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.3rem; font-size: 0.8rem; }
  }
}`;

function weightInput(_, i) {
  const place = `row ${Math.floor(i / SIDE)}, column ${i % SIDE}`;
  return `<input type="number" step="any" min="-99" max="99" aria-label="Kernel, ${place}">`;
}

function markup(id) {
  return `<style>${STYLE}</style>
<div class="lesson-convolution" role="group" aria-label="Convolution to touch"
  data-lm-suppress-shortcuts="true">
<p class="how soft" id="how-${id}">Point at the picture, touch it, or move with the arrow keys: the
  window goes along, and its sum is written out below. ${HOLD_HOW} Every number of the kernel can be
  changed.</p>
<p class="held-note" aria-live="polite"></p>
<p class="unseen" id="what-${id}">A window of 3 by 3 pixels slides over the input. Each pixel in it is
  multiplied by the kernel's number at the same place; the nine products add up to one unit of the
  map. Rows and columns count from 0.</p>
<div class="stage">
  <div class="input"><p class="name">Input <span class="soft"></span></p>
    <div class="picture" tabindex="0" role="application" aria-label="Input with the window"
      aria-describedby="what-${id} how-${id} now-${id}"><canvas></canvas>${OUTLINES}</div></div>
  <fieldset class="kernel"><legend class="name">Kernel <span class="soft">3 × 3</span></legend>
    <div class="weights">${Array.from({ length: SIDE * SIDE }, weightInput).join("")}</div></fieldset>
  <div class="knobs"><label><span class="unseen">Kernels to choose from</span><select></select></label>
    ${choice("stride", STRIDES, id)}${choice("padding", PADDINGS, id)}</div>
  <div class="map"><p class="name">Map <span class="soft"></span></p>
    <div class="picture"><canvas></canvas>${OUTLINES}</div>
    <p class="scale soft"><span></span><b></b><span></span></p></div>
  <div class="place">
${slider("row")}${slider("column")}</div>
  <div class="sum"><div><p class="name"></p><div class="terms"></div><p class="total"></p>
    <p class="rest soft"></p></div><p class="size"></p></div>
</div>
<p class="unseen" role="status" id="now-${id}"></p></div>`;
}

// ---- Drawing ------------------------------------------------------------------------------------

/** Lay out a picture whose coordinates are the input's pixels; the canvas covers the given box. */
function lay(picture, state, x, y, width, height) {
  const [wide, high] = [state.width + 2 * ROOM, state.height + 2 * ROOM];
  const percent = (share) => `${100 * share}%`;
  picture.style.aspectRatio = `${wide} / ${high}`;
  picture.querySelector("svg").setAttribute("viewBox", `${-ROOM} ${-ROOM} ${wide} ${high}`);
  Object.assign(picture.querySelector("canvas").style, {
    left: percent((x + ROOM) / wide),
    top: percent((y + ROOM) / high),
    width: percent(width / wide),
    height: percent(height / high),
  });
  place(picture.querySelector(".frame"), x, y, width, height);
}

function drawInput(picture, state) {
  const { width, height, padding: p, stride: s, rows, columns } = state;
  lay(picture, state, 0, 0, width, height);
  paint(picture.querySelector("canvas"), state.image, (value) => greyColor(value, state));
  place(picture.querySelector(".zeros"), -p, -p, width + 2 * p, height + 2 * p);
  picture.querySelector(".zeros").style.display = p ? "" : "none";
  const [right, bottom] = [(columns - 1) * s + SIDE - p, (rows - 1) * s + SIDE - p];
  const all = `M${-p} ${-p}H${width + p}V${height + p}H${-p}Z`; // less what windows cover
  picture.querySelector("path").setAttribute("d", `${all}M${-p} ${-p}H${right}V${bottom}H${-p}Z`);
  for (const outline of picture.querySelectorAll(".halo, .mark")) {
    place(outline, state.column * s - p, state.row * s - p, SIDE, SIDE);
  }
}

/** A unit is as wide as a step and is in its window's middle, so both pictures match. */
function drawMap(view, state, sums) {
  const { stride: s, padding: p } = state;
  const start = (SIDE - s) / 2 - p;
  const most = Math.max(...sums.flat().map(Math.abs));
  lay(view.map, state, start, start, state.columns * s, state.rows * s);
  paint(view.map.querySelector("canvas"), sums, (value) => signedColor(value, most));
  for (const outline of view.map.querySelectorAll(".halo, .mark")) {
    place(outline, start + state.column * s, start + state.row * s, s, s);
  }
  view.scale[0].textContent = exact(-most);
  view.scale[1].textContent = exact(most);
  return most;
}

function drawControls(view, state) {
  const { stride, padding } = state;
  const most = Math.max(...state.kernel.flat().map(Math.abs));
  const focused = view.root.getRootNode().activeElement;
  view.weights.forEach((input, i) => {
    const weight = state.kernel[Math.floor(i / SIDE)][i % SIDE];
    if (input !== focused) input.value = String(Math.round(weight * 1e4) / 1e4);
    input.style.background = rgb(signedColor(weight, 2.2 * most)); // pale, under dark numbers
    input.classList.toggle("long", input.value.length > 4);
  });
  const same = ([, kernel]) => String(kernel) === String(state.kernel);
  view.select.value = Object.entries(state.kernels).find(same)?.[0] ?? "";
  for (const [name, value] of Object.entries({ stride, padding })) {
    for (const radio of view.radios(name)) radio.checked = Number(radio.value) === value;
  }
  for (const [name, count] of [["row", state.rows], ["column", state.columns]]) {
    const slider = view.sliders[name];
    Object.assign(slider, { max: count - 1, value: state[name] });
    slider.parentElement.querySelector("[aria-hidden]").textContent = state[name];
  }
}

/** The nine products in the window's order, then their sum. */
function drawSum(view, state, most) {
  const { kernel, stride, padding, row, column } = state;
  const { pixels, products, total, outside } = windowSum(
    state.image, kernel, stride, padding, row, column,
  );
  const weights = kernel.flat();
  const swatch = (color) => `<i style="background:${rgb(color)}"></i>`;
  const term = (pixel, i) =>
    `<span class="${products[i] ? "" : "soft"}">${swatch(greyColor(pixel, state))}
      <span>${exact(pixel)}</span> <span>× ${bracketed(weights[i])}</span></span>`;
  const said = products.filter(Boolean).map((value, i) => {
    if (i === 0) return exact(value);
    return value < 0 ? `− ${exact(-value)}` : `+ ${exact(value)}`;
  });
  const sign = [...pixels, ...weights, ...products, total].every(isExact) ? "=" : "≈";
  const zeros = SIDE * SIDE - said.length;
  view.unit.textContent = `Row ${row}, column ${column} of the map`;
  view.terms.innerHTML = pixels.map(term).join("");
  view.total.innerHTML = `${said.length > 1 ? said.join(" ") : "Sum"} ${sign} ${
    swatch(signedColor(total, most))}<strong>${exact(total)}</strong>`;
  view.rest.textContent = `${zeros || "None"} of the nine products ${zeros === 1 ? "is" : "are"} 0${
    outside ? `; ${outside} of the nine pixels ${outside === 1 ? "is" : "are"} padding` : ""}.`;
  return `Row ${row}, column ${column} of a map of ${state.rows} by ${state.columns}: sum ${exact(total)}.`;
}

/** The rule of the map's size, with this map's numbers. */
function drawSize(view, { width, height, stride, padding }) {
  const line = (size) => {
    const room = size + 2 * padding - SIDE;
    const steps = Math.floor(room / stride);
    const cut = room % stride ? `${exact(room / stride)}, rounded down ${steps}` : steps;
    return `(${size} + 2 × ${padding} − ${SIDE}) / ${stride} = ${cut}; <span class="whole">${
      steps} + 1 = <strong>${steps + 1}</strong></span>`;
  };
  const isLeft = [width, height].some((size) => (size + 2 * padding - SIDE) % stride);
  view.size.innerHTML = `<strong>Size of the map</strong><br>
    <span class="soft">(input + 2 × padding − kernel) / stride, rounded down, and 1 more</span><br>${
      height === width ? line(width) : `${line(height)} high<br>${line(width)} wide`}${
      isLeft ? `<br><span class="soft">No window covers the grey strip of the input.</span>` : ""}`;
}

// ---- All together -------------------------------------------------------------------------------

function collect(root) {
  const find = (selector) => root.querySelector(selector);
  return {
    root,
    input: find(".input .picture"),
    inputSize: find(".input .name span"),
    map: find(".map .picture"),
    mapSize: find(".map .name span"),
    scale: root.querySelectorAll(".scale span"),
    weights: [...root.querySelectorAll(".weights input")],
    select: find("select"),
    radios: (name) => root.querySelectorAll(`[data-${name}]`),
    sliders: { row: find("[data-place=row]"), column: find("[data-place=column]") },
    unit: find(".sum .name"),
    terms: find(".terms"),
    total: find(".total"),
    rest: find(".rest"),
    size: find(".size"),
    say: announcer(find("[role=status]")),
  };
}

function draw(view, model) {
  const state = read(model);
  const sums = convolve(state.image, state.kernel, state.stride, state.padding);
  view.inputSize.textContent = `${state.height} × ${state.width}`;
  view.mapSize.textContent = `${state.rows} × ${state.columns}`;
  drawInput(view.input, state);
  const most = drawMap(view, state, sums);
  drawControls(view, state);
  const said = drawSum(view, state, most);
  drawSize(view, state);
  view.say(said);
}

/** The unit whose window has its middle nearest to where the pointer is, over either picture. */
function pointed(event, model) {
  const { width, height, stride, padding } = read(model);
  const box = event.currentTarget.querySelector("svg").getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * (width + 2 * ROOM) - ROOM;
  const y = ((event.clientY - box.top) / box.height) * (height + 2 * ROOM) - ROOM;
  return [y, x].map((at) => Math.round((at + padding - SIDE / 2) / stride));
}

function followWeights(view, model) {
  view.weights.forEach((input, i) => {
    input.addEventListener("input", () => {
      const isGood = input.value !== "" && input.validity.valid;
      input.setAttribute("aria-invalid", String(!isGood));
      if (!isGood) return; // half typed: the last good number stays
      const kernel = read(model).kernel.map((weights) => [...weights]);
      kernel[Math.floor(i / SIDE)][i % SIDE] = input.valueAsNumber;
      save(model, { kernel });
    });
    input.addEventListener("blur", () => {
      input.removeAttribute("aria-invalid");
      setTimeout(() => draw(view, model)); // when another field has the focus
    });
  });
}

function followControls(view, model) {
  const { kernels } = read(model);
  const memory = {};
  const own = new Option("Your own", "", false, false);
  own.disabled = true;
  view.select.append(...Object.keys(kernels).map((name) => new Option(capital(name), name)), own);
  view.select.addEventListener("change", () => {
    save(model, { kernel: kernels[view.select.value].map((weights) => [...weights]) });
  });
  for (const name of ["stride", "padding"]) {
    for (const radio of view.radios(name)) {
      radio.addEventListener("change", () => reshape(model, { [name]: Number(radio.value) }, memory));
    }
  }
  for (const [name, slider] of Object.entries(view.sliders)) {
    slider.addEventListener("input", () => save(model, { [name]: Number(slider.value) }));
  }
}

function render({ model, el }) {
  el.innerHTML = markup(Math.random().toString(36).slice(2, 8));
  const view = collect(el.querySelector(".lesson-convolution"));
  const pointAt = (event) => moveTo(model, ...pointed(event, model));
  const unfollow = followPointer(view.root, [
    { element: view.input, drags: true, pointAt },
    { element: view.map, drags: false, pointAt }, // a finger there scrolls the page
  ]);
  followArrows(view.root, view.input, (down, right) => {
    const { row, column } = read(model);
    moveTo(model, row + down, column + right);
  });
  followWeights(view, model);
  followControls(view, model);
  const end = drawOnChange(model, DRAWN, () => draw(view, model));
  return () => {
    end();
    unfollow();
    view.say.end();
  };
}

export default { render };
