/** The controls of gamma, alpha and C, which several elements have. */

import { checkBox, h, slider } from "./dom.js";
import { formatGamma, formatNumber, formatShort } from "./format.js";

/** Return a slider of gamma { root, set(gamma) }. */
export function gammaSlider(onInput) {
  const control = slider({ label: "γ, focusing parameter", min: 0, max: 5, step: 0.05, onInput });
  return { root: control.root, set: (gamma) => control.set(gamma, formatGamma(gamma)) };
}

/** Return a slider of alpha that can be switched off { root, set(alpha) }. Null is off. */
export function alphaSlider(onInput) {
  let alpha = null;
  let last = 0.5;
  const control = slider({
    label: "α, weight of class 1",
    min: 0.01,
    max: 0.99,
    step: 0.01,
    onInput: (value) => onInput(Number(value.toFixed(2))),
  });
  const box = checkBox({
    label: "Class weights",
    onInput: (isOn) => onInput(isOn ? last : null),
  });
  const root = h("div", { class: "control" }, control.root, box.root);
  const set = (value) => {
    alpha = value;
    last = alpha ?? last;
    box.input.checked = alpha !== null;
    control.input.disabled = alpha === null;
    const text =
      alpha === null ? "none" : `${formatShort(alpha)}, class 0: ${formatShort(1 - alpha)}`;
    control.set(last, text);
  };
  return { root, set };
}

/** Return a slider of C on a logarithmic scale { root, set(C) }. */
export function penaltySlider(onInput) {
  const control = slider({
    label: "C, inverse penalty",
    min: -4,
    max: 4,
    step: 0.25,
    onInput: (exponent) => onInput(Number((10 ** exponent).toPrecision(3))),
  });
  return { root: control.root, set: (C) => control.set(Math.log10(C), formatNumber(C)) };
}

/** Return alpha from the text of the page's state. Anything but a number in (0, 1) is null. */
export function readAlpha(text) {
  const alpha = Number.parseFloat(text);
  return alpha > 0 && alpha < 1 ? alpha : null;
}
