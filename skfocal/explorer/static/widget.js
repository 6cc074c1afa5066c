/** The notebook widget: an element whose properties are the traits of a Python object. */

import "./focal-explorer.js";
import "./focal-table-fit.js";

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

/** Return whether the text around an element is light, as in a notebook with a dark theme. */
function isDark(element) {
  // A pixel of the colour is read, since a computed colour may be in any colour space.
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = getComputedStyle(element).color;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
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
