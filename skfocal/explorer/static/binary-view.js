/** What the views of two classes share: gamma, and alpha as the weight of class 1. */

import { FocalElement, nonNegative } from "./element.js";

/** Base class with the properties `gamma` and `alpha` and the events `gammachange`, `alphachange`. */
export class BinaryView extends FocalElement {
  #gamma = 2;
  #alpha = null;

  /** The focusing parameter. */
  get gamma() {
    return this.#gamma;
  }

  set gamma(value) {
    this.#gamma = nonNegative("gamma", value);
    this.refresh();
  }

  /** The weight of class 1, or null. Class 0 has the weight 1 - alpha. */
  get alpha() {
    return this.#alpha;
  }

  set alpha(value) {
    if (value !== null && !(value > 0 && value < 1)) {
      throw new RangeError(`alpha must be null or between 0 and 1; got ${JSON.stringify(value)}.`);
    }
    this.#alpha = value;
    this.refresh();
  }

  /** Take gamma or alpha from the user. */
  take(name, value) {
    this[name] = value;
    this.emit(`${name}change`, { [name]: value });
    this.announceSummary();
  }
}
