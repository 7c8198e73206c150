// Replaces still pictures by live interactives, on a page without a kernel.
//
// The page holds <div class="lesson-widget" data-module="NAME" data-state="{...}"><img ...></div>;
// NAME.js is beside this file. If anything goes wrong, the still picture stays.

/** What a module needs from a notebook's widget model: get, set, on, off, save_changes. */
export function standIn(state) {
  const listeners = new Map();
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const listener of of(`change:${name}`)) listener();
    },
    on: (event, listener) => of(event).add(listener),
    off: (event, listener) => of(event).delete(listener),
    save_changes() {},
  };
}

async function bringToLife(div) {
  const { default: widget } = await import(`./${div.dataset.module}.js`);
  const el = document.createElement("div");
  div.append(el);
  try {
    await widget.render({ model: standIn(JSON.parse(div.dataset.state)), el });
  } catch (error) {
    el.remove();
    throw error;
  }
  div.querySelector("img").hidden = true;
}

for (const div of document.querySelectorAll(".lesson-widget")) {
  bringToLife(div).catch((error) => console.error(error));
}
