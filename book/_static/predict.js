// Predictions: the reader answers first, then the fold opens and repeats the guess. Guesses stay in
// this browser. Without this script the choices are a plain list, and every fold opens by itself.
(() => {
  const KEY = `predictions ${location.pathname}`;
  const ANSWERS = "details.fold.answer, details.fold.worked";
  let guesses = {}; // by the prediction's id: {guess, open}

  function recall() {
    try {
      guesses = JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      guesses = {}; // nothing may be kept here, or something else was
    }
  }

  function keep() {
    try {
      if (Object.keys(guesses).length) localStorage.setItem(KEY, JSON.stringify(guesses));
      else localStorage.removeItem(KEY);
    } catch {
      // then the guess lasts as long as the page
    }
  }

  function make(name, properties, ...children) {
    const found = Object.assign(document.createElement(name), properties);
    found.append(...children);
    return found;
  }

  function button(label, act, properties = {}) {
    const found = make("button", { type: "button", textContent: label, ...properties });
    if (act) found.addEventListener("click", act);
    return found;
  }

  // A choice is quoted where it reads like words of the sentence: You said “nothing”.
  function written(box, value) {
    if (Array.isArray(value)) return value.join(", ");
    if (box.dataset.kind !== "number") return /[a-z]/.test(value) ? `“${value}”` : value;
    const digits = Number(value).toLocaleString("en-US", { maximumFractionDigits: 12 });
    return box.dataset.unit ? `${digits} ${box.dataset.unit}` : digits;
  }

  function rightAnswer(box) {
    if (!("answer" in box.dataset)) return null; // measured: no guess is simply right or wrong
    const answer = JSON.parse(box.dataset.answer);
    if (box.dataset.kind === "number") return answer;
    const values = JSON.parse(box.dataset.values);
    return Array.isArray(answer) ? answer.map((place) => values[place]) : values[answer];
  }

  function verdict(box, guess) {
    const said = `You said ${written(box, guess)}`;
    const answer = rightAnswer(box);
    if (answer === null) return `${said}. Compare it with what we measured.`;
    const away = box.dataset.kind === "number" ? Math.abs(guess - answer) : 0;
    const isSame = box.dataset.kind === "number"
      ? away <= 1e-9 * Math.abs(answer)
      : String(guess) === String(answer);
    if (isSame) return `${said}. That is right.`;
    const isClose = away > 0 && away <= Number(box.dataset.within);
    return `${said}${isClose ? ". That is close: it is" : "; it is"} ${written(box, answer)}.`;
  }

  // "60,000", "12.5 %", "48 px" and "-3" are numbers; "3,5" may mean two things.
  function readNumber(text, unit) {
    const bare = text.trim().replace(unit, "").replace(/(?<=\d\s*)[a-z%]+$/i, "").replace("−", "-").trim();
    if (!/^[-+]?(\d{1,3}([, ]\d{3})+|\d*)(\.\d*)?$/.test(bare) || !/\d/.test(bare)) return null;
    return Number(bare.replace(/[, ]/g, ""));
  }

  // One prediction

  const foldOf = (box) => box.nextElementSibling;

  function answer(box, guess) {
    guesses[box.id] = { guess, open: true };
    keep();
    foldOf(box).open = true;
    show(box);
  }

  function isGuess(box, guess) {
    if (box.dataset.kind === "number") return typeof guess === "number";
    const values = JSON.parse(box.dataset.values);
    return [guess].flat().every((one) => values.includes(one));
  }

  function show(box) {
    const guess = guesses[box.id]?.guess;
    const has = guess !== undefined && isGuess(box, guess);
    box.classList.toggle("answered", has);
    box.querySelector(".guess-again").hidden = !has;
    for (const one of box.querySelectorAll(".choices button, .guessing :is(button, input)")) {
      if (box.dataset.kind === "choice") one.ariaPressed = String(has && one.value === guess);
      if (one.tagName === "INPUT") one.readOnly = has;
      else one.ariaDisabled = has ? "true" : null;
    }
    if (has && box.dataset.kind === "order") sortItems(box, guess);
    if (has && box.dataset.kind === "number") {
      box.querySelector("input").value = guess.toLocaleString("en-US", { maximumFractionDigits: 12 });
    }
    foldOf(box).querySelector(".guess").textContent = has ? verdict(box, guess) : "";
    showControls();
  }

  function again(box) {
    delete guesses[box.id];
    keep();
    foldOf(box).open = false;
    const field = box.querySelector("input");
    if (field) field.value = "";
    show(box);
    box.querySelector(".choices button, .guessing :is(button, input)").focus();
  }

  const isLocked = (box) => box.classList.contains("answered");

  function makeChoices(box) {
    for (const item of box.querySelectorAll(".choices > li")) {
      const choose = () => isLocked(box) || answer(box, item.dataset.value);
      const choice = button("", choose, { value: item.dataset.value, ariaPressed: "false" });
      choice.append(...item.childNodes);
      item.append(choice);
    }
  }

  function makeNumber(box) {
    const { unit } = box.dataset;
    const id = `${box.id}-number`;
    const field = make("input", { id, type: "text", inputMode: "decimal", autocomplete: "off" });
    const trouble = make("p", { className: "trouble", id: `${id}-trouble`, role: "alert" });
    const label = make("label", { htmlFor: id, textContent: unit ? `Your guess, in ${unit}` : "Your guess" });
    const send = make("button", { type: "submit", textContent: "Guess" });
    const form = make("form", { className: "guessing" }, label, field, send, trouble);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (isLocked(box)) return;
      const value = readNumber(field.value, unit);
      trouble.textContent = value === null ? "Write a number, such as 12.5 or 60,000." : "";
      field.setAttribute("aria-invalid", String(value === null));
      if (value === null) field.setAttribute("aria-describedby", trouble.id);
      else answer(box, value);
    });
    box.querySelector(".asked-for").replaceWith(form);
  }

  const itemsOf = (box) => [...box.querySelectorAll(".choices > li")];

  function sortItems(box, values) {
    const byValue = Object.fromEntries(itemsOf(box).map((item) => [item.dataset.value, item]));
    box.querySelector(".choices").append(...values.map((value) => byValue[value]));
  }

  function move(box, item, step, pressed) {
    const values = itemsOf(box).map((one) => one.dataset.value);
    const from = values.indexOf(item.dataset.value);
    const to = from + step;
    if (isLocked(box) || to < 0 || to >= values.length) return;
    values.splice(to, 0, ...values.splice(from, 1));
    sortItems(box, values);
    pressed.focus(); // a moved element loses it
    box.querySelector(".moved").textContent = `${item.dataset.value} is now ${to + 1} of ${values.length}`;
  }

  function makeOrder(box) {
    for (const item of itemsOf(box)) {
      const text = make("span", { className: "item" }, ...item.childNodes);
      const up = button("↑", () => move(box, item, -1, up), { ariaLabel: `Move ${item.dataset.value} up` });
      const down = button("↓", () => move(box, item, 1, down), { ariaLabel: `Move ${item.dataset.value} down` });
      item.append(text, up, down);
    }
    const send = button("This is my order", () => {
      if (!isLocked(box)) answer(box, itemsOf(box).map((item) => item.dataset.value));
    });
    const moved = make("p", { className: "moved visually-hidden", ariaLive: "polite" });
    box.append(make("div", { className: "guessing" }, send), moved);
  }

  function makePrediction(box) {
    const question = box.querySelector("p");
    question.id = `${box.id}-question`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", question.id);
    box.dataset.values = JSON.stringify(itemsOf(box).map((item) => item.dataset.value));
    ({ choice: makeChoices, number: makeNumber, order: makeOrder })[box.dataset.kind](box);
    box.append(button("Guess again", () => again(box), { className: "guess-again" }));
    const fold = foldOf(box);
    fold.querySelector(".fold-body").prepend(make("p", { className: "guess", role: "status" }));
    fold.open = guesses[box.id]?.open ?? false;
    fold.addEventListener("toggle", () => {
      if (fold.open || guesses[box.id]) guesses[box.id] = { ...guesses[box.id], open: fold.open };
      keep();
      showControls();
    });
    show(box);
  }

  // The page

  const predictions = () => [...document.querySelectorAll(".box.predict")];

  function makeControls() {
    const place = document.querySelector(".predict-controls");
    if (!place || !predictions().length) return;
    const all = button("", () => {
      const folds = [...document.querySelectorAll(ANSWERS)];
      const open = !folds.every((fold) => fold.open);
      for (const fold of folds) fold.open = open;
    }, { className: "show-all" });
    const forget = button("Forget my guesses", () => {
      guesses = {};
      keep();
      for (const fold of document.querySelectorAll(ANSWERS)) fold.open = false;
      predictions().forEach(show);
    }, { className: "forget" });
    place.append(all, forget);
  }

  function showControls() {
    const all = document.querySelector(".show-all");
    if (!all) return;
    const isOpen = [...document.querySelectorAll(ANSWERS)].every((fold) => fold.open);
    all.textContent = isOpen ? "Hide all answers" : "Show all answers";
    document.querySelector(".forget").hidden = !Object.values(guesses).some((one) => "guess" in one);
  }

  function reveal(target) {
    let fold = target?.closest("details:not([open])");
    if (!fold) return;
    for (; fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    target.scrollIntoView();
  }

  function revealHash() {
    reveal(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  }

  function start() {
    recall();
    makeControls();
    predictions().forEach(makePrediction);
    showControls();
    revealHash();
    addEventListener("hashchange", revealHash);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
