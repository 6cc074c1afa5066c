/** The notebook widget: an element whose properties are the traits of a Python object. */

import "./focal-explorer.js";
import "./focal-table-fit.js";

/** Return whether the text around an element is light, as in a notebook with a dark theme. */
function isDark(element) {
  const [red, green, blue] = getComputedStyle(element)
    .color.match(/[\d.]+/g)
    .map(Number);
  return red + green + blue > 3 * 128;
}

function followTheme(container, view) {
  const update = () => {
    view.style.colorScheme = isDark(container) ? "dark" : "light";
  };
  const observer = new MutationObserver(update);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true });
  }
  requestAnimationFrame(update);
  return () => observer.disconnect();
}

function render({ model, el }) {
  const view = document.createElement(model.get("_element"));
  const removers = [followTheme(el, view)];
  for (const name of model.get("_shared")) {
    const show = () => {
      view[name] = model.get(name);
    };
    show();
    model.on(`change:${name}`, show);
    removers.push(() => model.off(`change:${name}`, show));
    view.addEventListener(`${name}change`, ({ detail }) => {
      model.set(name, detail[name]);
      model.save_changes();
    });
  }
  el.append(view);
  return () => {
    for (const remove of removers) {
      remove();
    }
  };
}

export default { render };
