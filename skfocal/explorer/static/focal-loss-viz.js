/**
 * <focal-loss-viz>: focal loss and cross-entropy as functions of the probability of the true class.
 *
 * Attributes: `gamma` (controlled: the page sets it after each `gammachange`), `default-gamma`
 * (uncontrolled: the start, 2), `gamma-range` ("0 5"), `alpha` (a factor of the loss, 1), `compare`
 * (gammas of further curves) and `show-modulator`. Property: `gamma`. Event: `gammachange` with
 * `detail.gamma`.
 */

import { linspace, piecesBelow } from "./curves.js";
import { foldedTable, h, legend, slider, table, textField } from "./dom.js";
import { define, FocalElement, nonNegative } from "./element.js";
import { lossAt } from "./focal.js";
import {
  formatFactor,
  formatFixed,
  formatGamma,
  formatNumber,
  formatShort,
  formatSuppression,
} from "./format.js";
import { parseGammas } from "./parse.js";
import { Plot } from "./plot.js";

const LIMIT = 5;
const GRID = [0, ...linspace(0.001, 0.999, 499), 1];
const TABLE = linspace(0.05, 0.95, 19);
const UNIT_TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Return a number from the text of an attribute, or the default if it is missing or invalid. */
function readNumber(text, isValid, otherwise) {
  const number = Number.parseFloat(text ?? "");
  return Number.isFinite(number) && isValid(number) ? number : otherwise;
}

export class FocalLossViz extends FocalElement {
  static observedAttributes = [
    "gamma",
    "default-gamma",
    "gamma-range",
    "alpha",
    "compare",
    "show-modulator",
  ];

  #gamma = null;
  #drawnGamma = null;
  #further = [];
  #pT = 0.9;

  /** The focusing parameter. */
  get gamma() {
    const isValid = (number) => number >= 0;
    const own = this.#gamma ?? readNumber(this.getAttribute("default-gamma"), isValid, 2);
    return readNumber(this.getAttribute("gamma"), isValid, own);
  }

  set gamma(value) {
    const gamma = nonNegative("gamma", value);
    if (this.hasAttribute("gamma")) {
      this.setAttribute("gamma", String(gamma));
    } else {
      this.#gamma = gamma;
      this.refresh();
    }
  }

  /** The probability of the true class at the marker. */
  get pT() {
    return this.#pT;
  }

  set pT(value) {
    this.#pT = Math.min(Math.max(nonNegative("pT", value), 0.01), 0.99);
    this.refresh();
  }

  /** The part of the page's state that this element owns, as text. */
  get state() {
    return { p: formatShort(this.#pT), compare: this.#further.join(" ") };
  }

  set state({ p, compare }) {
    this.#pT = readNumber(p, (number) => number >= 0.01 && number <= 0.99, 0.9);
    this.#setFurther(compare);
    this.refresh();
  }

  attributeChangedCallback(name, _, text) {
    if (name === "compare") {
      this.#setFurther(text ?? "");
    }
    if (name === "gamma-range" && this.gammaSlider) {
      Object.assign(this.gammaSlider.range, this.#range());
    }
    this.refresh();
  }

  build() {
    this.loss = new Plot({ title: "Focal loss against the probability of the true class" });
    this.modulator = new Plot({ title: "Modulating factor (1 − p_t)^γ", height: 0.45 });
    this.gammaSlider = slider({
      label: "γ, focusing parameter",
      ...this.#range(),
      step: 0.05,
      onInput: (gamma) => this.#request(gamma),
    });
    this.marker = slider({
      label: "p_t, probability of the true class",
      min: 0.01,
      max: 0.99,
      step: 0.01,
      onInput: (pT) => this.#move(pT),
    });
    this.field = textField({
      label: "Further curves, γ =",
      value: this.#further.join(" "),
      onInput: (text) => this.#compare(text),
    });
    this.legend = h("div");
    this.readings = h("div");
    this.table = foldedTable("Data table of the curves", () => this.#dataTable());
    this.#followPointer();
    return [
      h("div", { class: "controls" }, this.gammaSlider.root, this.marker.root, this.field.root),
      this.summary,
      h(
        "div",
        { class: "plots" },
        h("div", {}, this.loss.figure, this.legend),
        h("div", {}, this.modulator.figure, this.readings),
      ),
      this.table.root,
    ];
  }

  draw() {
    const target = this.gamma;
    this.gammaSlider.set(target, formatGamma(target));
    this.marker.set(this.#pT, formatShort(this.#pT));
    this.#drawReadings(target);
    this.animate(this.#drawnGamma ?? target, target, (gamma) => {
      this.#drawnGamma = gamma;
      this.#drawCurves(gamma);
    });
  }

  get #alpha() {
    return readNumber(this.getAttribute("alpha"), (number) => number > 0, 1);
  }

  #range() {
    const [min, max] = (this.getAttribute("gamma-range") ?? "").trim().split(/\s+/).map(Number);
    return min >= 0 && max > min ? { min, max } : { min: 0, max: 5 };
  }

  #setFurther(text) {
    this.#further = parseGammas(text).value ?? [];
    if (this.field) {
      this.field.input.value = this.#further.join(" ");
      this.field.showError("");
    }
  }

  /** Take a gamma from the user. A controlled element waits for the page to set its attribute. */
  #request(gamma) {
    if (!this.hasAttribute("gamma")) {
      this.#gamma = gamma;
    }
    this.emit("gammachange", { gamma });
    this.refresh();
    this.announceSummary();
  }

  #move(pT) {
    this.pT = Number(pT.toFixed(2));
    this.emit("statechange");
    this.announceSummary();
  }

  #compare(text) {
    const { value, error } = parseGammas(text);
    this.field.showError(error ?? "");
    if (value) {
      this.#further = value;
      this.emit("statechange");
      this.refresh();
      this.announceSummary();
    } else {
      this.announce(error);
    }
  }

  #followPointer() {
    for (const plot of [this.loss, this.modulator]) {
      plot.svg.classList.add("movable");
      const follow = (event) => this.#move(Math.min(Math.max(plot.position(event)[0], 0), 1));
      plot.svg.addEventListener("pointerdown", (event) => {
        if (event.button === 0) {
          plot.svg.setPointerCapture(event.pointerId);
          follow(event);
        }
      });
      plot.svg.addEventListener("pointermove", (event) => {
        if (plot.svg.hasPointerCapture(event.pointerId)) {
          follow(event);
        }
      });
    }
  }

  #drawReadings(gamma) {
    const { crossEntropy, factor, loss } = lossAt(this.#pT, gamma, this.#alpha);
    const alpha = this.#alpha;
    const size = formatSuppression(factor) + (alpha === 1 ? "" : ", apart from α");
    this.summarise(
      `Focal loss with γ = ${formatGamma(gamma)}. At p_t = ${formatShort(this.#pT)} the modulating ` +
        `factor is ${formatFactor(factor)}: the loss is ${size}.`,
    );
    const rows = [
      ["p_t", formatFixed(this.#pT, 2)],
      ["cross-entropy", formatNumber(crossEntropy)],
      ["modulating factor", formatNumber(factor)],
      ...(alpha === 1 ? [] : [["α", formatNumber(alpha)]]),
      ["focal loss", formatNumber(loss)],
      ["suppression", size],
    ];
    this.readings.replaceChildren(table("At the marker", ["quantity", "value"], rows));
    const further = this.#further.map((value, i) => [`further-${i}`, `γ = ${formatGamma(value)}`]);
    this.legend.replaceChildren(
      legend([
        ["focal", `focal loss, γ = ${formatGamma(gamma)}`],
        ["entropy", "cross-entropy, γ = 0"],
        ...further,
      ]),
    );
    this.table.update();
  }

  #drawCurves(gamma) {
    const alpha = this.#alpha;
    const pT = this.#pT;
    const curves = [["entropy", 0]];
    curves.push(...this.#further.map((value, i) => [`further-${i}`, value]), ["focal", gamma]);
    const x = { domain: [0, 1], ticks: UNIT_TICKS, label: "probability of the true class" };
    this.loss.begin({ x, y: { domain: [0, LIMIT], ticks: [0, 1, 2, 3, 4, 5], label: "loss" } });
    for (const [style, value] of curves) {
      const factor = style === "entropy" ? 1 : alpha;
      for (const piece of piecesBelow((p) => lossAt(p, value, factor).loss, GRID, LIMIT)) {
        this.loss.line(piece, style);
      }
    }
    this.loss.line(
      [
        [pT, 0],
        [pT, LIMIT],
      ],
      "guide",
    );
    const now = lossAt(pT, gamma, alpha);
    for (const value of [now.crossEntropy, now.loss].filter((one) => one <= LIMIT)) {
      this.loss.dot([pT, value], "marker", 5);
    }
    this.loss.describe(this.#describeLoss(now, gamma));

    this.modulator.figure.hidden = !this.#showsModulator;
    if (this.#showsModulator) {
      this.modulator.begin({ x, y: { domain: [0, 1], ticks: UNIT_TICKS, label: "factor" } });
      for (const [style, value] of curves) {
        this.modulator.line(
          GRID.map((p) => [p, (1 - p) ** value]),
          style,
        );
      }
      this.modulator.line(
        [
          [pT, 0],
          [pT, 1],
        ],
        "guide",
      );
      this.modulator.dot([pT, now.factor], "marker", 5);
      this.modulator.describe(
        `The factor falls from 1 at p_t = 0 to ${gamma === 0 ? 1 : 0} at p_t = 1. At the marker, ` +
          `p_t = ${formatShort(pT)}, it is ${formatFactor(now.factor)}.`,
      );
    }
  }

  get #showsModulator() {
    return this.hasAttribute("show-modulator") && this.getAttribute("show-modulator") !== "false";
  }

  #describeLoss({ crossEntropy, loss }, gamma) {
    return (
      `Two curves that fall to 0 at p_t = 1. At the marker, p_t = ${formatShort(this.#pT)}, ` +
      `cross-entropy is ${formatNumber(crossEntropy)} and focal loss with ` +
      `γ = ${formatGamma(gamma)} is ${formatNumber(loss)}. Curves end where they reach ${LIMIT}.`
    );
  }

  #dataTable() {
    const gamma = this.gamma;
    const rows = TABLE.map((p) => {
      const { crossEntropy, factor, loss } = lossAt(p, gamma, this.#alpha);
      const further = this.#further.map((value) => lossAt(p, value, this.#alpha).loss);
      const numbers = [crossEntropy, factor, loss, ...further];
      return [formatFixed(p, 2), ...numbers.map(formatNumber)];
    });
    const further = this.#further.map((value) => `loss, γ = ${formatGamma(value)}`);
    const columns = ["p_t", "cross-entropy", "modulating factor", "focal loss", ...further];
    return table(`Curves for γ = ${formatGamma(gamma)}`, columns, rows);
  }
}

define("focal-loss-viz", FocalLossViz);
