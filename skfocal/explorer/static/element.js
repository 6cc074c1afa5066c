/** What all elements share: a shadow root, drawing after a change of size, and announcements. */

import { h, rich } from "./dom.js";
import { styleSheet } from "./styles.js";

const ANNOUNCEMENT_DELAY = 600;
const ANIMATION = 220;

/** Register a custom element, unless another script on the page already has. */
export function define(name, element) {
  if (!customElements.get(name)) {
    customElements.define(name, element);
  }
}

/**
 * Base class. Subclasses define `build()`, which returns the nodes, and `draw()`, which shows the
 * state.
 */
export class FocalElement extends HTMLElement {
  /** A paragraph that sums up the view. */
  summary = h("p", { class: "summary" });
  #summaryText = "";
  #announcement = 0;
  #animation = 0;
  #built = false;
  #width = 0;
  #live = h("p", { class: "live", role: "status" });
  #sizes = new ResizeObserver(() => {
    if (this.clientWidth !== this.#width) {
      this.#width = this.clientWidth;
      this.draw();
    }
  });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styleSheet()];
  }

  connectedCallback() {
    if (!this.#built) {
      this.#adoptProperties();
      this.shadowRoot.append(...this.build(), this.#live);
      this.#built = true;
    }
    this.#sizes.observe(this);
    this.draw();
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    clearTimeout(this.#announcement);
    cancelAnimationFrame(this.#animation);
  }

  /** Draw, if the element is on a page. */
  refresh() {
    if (this.#built && this.isConnected) {
      this.draw();
    }
  }

  /** Dispatch an event that crosses the borders of shadow roots. */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Show a text as the summary of the view. */
  summarise(text) {
    this.#summaryText = text;
    this.summary.replaceChildren(...rich(text));
  }

  /** Announce the summary to screen readers once the user pauses. */
  announceSummary() {
    this.announce(this.#summaryText);
  }

  /** Announce a text to screen readers once the user pauses. */
  announce(text) {
    clearTimeout(this.#announcement);
    this.#announcement = setTimeout(() => {
      this.#live.textContent = text;
    }, ANNOUNCEMENT_DELAY);
  }

  /** Call `show` with numbers from `start` to `stop`, or once if motion should be reduced. */
  animate(start, stop, show) {
    cancelAnimationFrame(this.#animation);
    if (start === stop || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      show(stop);
      return;
    }
    const begin = performance.now();
    const step = (now) => {
      const t = Math.min(Math.max((now - begin) / ANIMATION, 0), 1);
      show(t === 1 ? stop : start + (stop - start) * t * (2 - t));
      if (t < 1) {
        this.#animation = requestAnimationFrame(step);
      }
    };
    this.#animation = requestAnimationFrame(step);
  }

  /** Apply properties that were set before the element was defined. */
  #adoptProperties() {
    for (const name of Object.keys(this)) {
      if (name in Object.getPrototypeOf(this)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
  }
}

/** Return a finite number >= 0, or throw an error that names the parameter. */
export function nonNegative(name, value) {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number) || number < 0) {
    throw new RangeError(`${name} must be a finite number >= 0; got ${JSON.stringify(value)}.`);
  }
  return number;
}
