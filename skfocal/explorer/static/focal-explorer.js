/**
 * <focal-explorer>: the four views of focal loss, with one gamma and one alpha.
 *
 * Properties: `gamma`, `alpha` (null for no class weights) and `state`. Events: `gammachange`,
 * `alphachange` and `statechange`.
 */

import { readAlpha } from "./controls.js";
import { button, h, rich } from "./dom.js";
import { define, FocalElement, nonNegative } from "./element.js";
import "./focal-calculator.js";
import "./focal-live-fit.js";
import "./focal-loss-viz.js";
import "./focal-recovery.js";

const SECTIONS = [
  {
    tag: "focal-loss-viz",
    attributes: { "show-modulator": true },
    title: "The loss",
    text:
      "Focal loss is −(1 − p_t)^γ log p_t, where p_t is the probability that the model gives to " +
      "the true class. The modulating factor (1 − p_t)^γ makes the loss of samples small that the " +
      "model already classifies well.",
  },
  {
    tag: "focal-live-fit",
    title: "A fit",
    text:
      "Logistic regression with focal loss, fitted again at every change. Larger samples have more " +
      "weight in the gradient. Focal loss focuses on the samples near the boundary and on the wrong " +
      "side of it, and moves the contours of the raw probability apart. The recovered posterior " +
      "undoes this.",
  },
  {
    tag: "focal-recovery",
    title: "Raw and recovered probability",
    text:
      "The sigmoid of a focal score is closer to one half than the class probability. The posterior " +
      "has a closed form.",
  },
  {
    tag: "focal-calculator",
    title: "One prediction",
    text: "The loss and the probabilities of one prediction, from its logits.",
  },
];
const SHARED = { gamma: "2", alpha: "" };

export class FocalExplorer extends FocalElement {
  #parts = SECTIONS.map(({ tag, attributes = {} }) => h(tag, attributes));
  #defaults = this.#readState();

  /** The focusing parameter. */
  get gamma() {
    return this.#parts[0].gamma;
  }

  set gamma(value) {
    const gamma = nonNegative("gamma", value);
    for (const part of this.#parts) {
      part.gamma = gamma;
    }
  }

  /** The weight of class 1, or null. Class 0 has the weight 1 - alpha. */
  get alpha() {
    return this.#parts[1].alpha;
  }

  set alpha(value) {
    for (const part of this.#parts.filter((one) => "alpha" in one)) {
      part.alpha = value;
    }
  }

  /** The state of all views, as text. Entries that are missing or invalid get their defaults. */
  get state() {
    return this.#readState();
  }

  set state(texts) {
    const state = { ...this.#defaults, ...texts };
    const gamma = Number(state.gamma);
    const isValid = state.gamma.trim() !== "" && Number.isFinite(gamma) && gamma >= 0;
    for (const part of this.#parts) {
      part.state = state;
    }
    this.gamma = isValid ? gamma : Number(SHARED.gamma);
    this.alpha = readAlpha(state.alpha);
  }

  /** The state at the start. */
  get defaults() {
    return this.#defaults;
  }

  build() {
    this.shadowRoot.addEventListener("gammachange", ({ detail }) => {
      this.gamma = detail.gamma;
    });
    this.shadowRoot.addEventListener("alphachange", ({ detail }) => {
      this.alpha = detail.alpha;
    });
    const reset = button("Reset", () => {
      this.state = {};
      this.emit("gammachange", { gamma: this.gamma });
      this.emit("alphachange", { alpha: this.alpha });
      this.emit("statechange");
    });
    const sections = SECTIONS.map(({ title, text }, i) =>
      h("section", {}, h("h2", {}, title), h("p", {}, ...rich(text)), this.#parts[i]),
    );
    return [h("div", { class: "actions top" }, reset), ...sections];
  }

  draw() {
    // Each part draws itself.
  }

  #readState() {
    const states = this.#parts.map(({ state }) => state);
    const alpha = this.alpha === null ? "" : String(this.alpha);
    return Object.assign({ gamma: String(this.gamma), alpha }, ...states);
  }
}

define("focal-explorer", FocalExplorer);
