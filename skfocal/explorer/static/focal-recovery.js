/**
 * <focal-recovery>: the recovered posterior against the raw probability, for two classes.
 *
 * Properties: `gamma` and `alpha` (null for no class weights). Events: `gammachange`, `alphachange`.
 */

import { BinaryView } from "./binary-view.js";
import { alphaSlider, gammaSlider } from "./controls.js";
import { linspace } from "./curves.js";
import { foldedTable, h, legend, slider, table } from "./dom.js";
import { define } from "./element.js";
import { binaryWeights, logit, posteriorLogit, sigmoid } from "./focal.js";
import { formatFixed, formatGamma, formatNumber, formatShort } from "./format.js";
import { Plot } from "./plot.js";

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const GRID = linspace(0.001, 0.999, 333);
const TABLE = linspace(0.05, 0.95, 19);

export class FocalRecovery extends BinaryView {
  #drawnGamma = null;
  #raw = 0.2;

  /** The part of the page's state that this element owns, as text. */
  get state() {
    return { raw: formatShort(this.#raw) };
  }

  set state({ raw }) {
    const number = Number.parseFloat(raw);
    this.#raw = number >= 0.01 && number <= 0.99 ? number : 0.2;
    this.refresh();
  }

  build() {
    this.plot = new Plot({ title: "Recovered posterior against raw probability", height: 0.8 });
    this.gammaControl = gammaSlider((gamma) => this.take("gamma", gamma));
    this.alphaControl = alphaSlider((alpha) => this.take("alpha", alpha));
    this.marker = slider({
      label: "Raw probability of class 1",
      min: 0.01,
      max: 0.99,
      step: 0.01,
      onInput: (raw) => this.#move(raw),
    });
    this.table = foldedTable("Data table of the posterior", () => this.#dataTable());
    const controls = [this.gammaControl.root, this.alphaControl.root, this.marker.root];
    return [
      h("div", { class: "controls" }, ...controls),
      this.summary,
      this.plot.figure,
      legend([
        ["recovered", "recovered posterior"],
        ["diagonal", "no difference"],
      ]),
      this.table.root,
    ];
  }

  draw() {
    this.gammaControl.set(this.gamma);
    this.alphaControl.set(this.alpha);
    this.marker.set(this.#raw, formatShort(this.#raw));
    this.summarise(
      `With γ = ${formatGamma(this.gamma)} and ${this.#alphaText} the raw probability ` +
        `${formatFixed(this.#raw, 2)} stands for a posterior of ` +
        `${formatNumber(this.#posterior(this.#raw))}.`,
    );
    this.animate(this.#drawnGamma ?? this.gamma, this.gamma, (gamma) => {
      this.#drawnGamma = gamma;
      this.#drawCurve(gamma);
    });
    this.table.update();
  }

  get #alphaText() {
    return this.alpha === null ? "no class weights" : `α = ${formatShort(this.alpha)}`;
  }

  #posterior(raw, gamma = this.gamma) {
    return sigmoid(posteriorLogit(logit(raw), gamma, binaryWeights(this.alpha)));
  }

  #move(raw) {
    this.#raw = Number(raw.toFixed(2));
    this.refresh();
    this.emit("statechange");
    this.announceSummary();
  }

  #drawCurve(gamma) {
    this.plot.begin({
      x: { domain: [0, 1], ticks: TICKS, label: "raw probability of class 1" },
      y: { domain: [0, 1], ticks: TICKS, label: "posterior" },
    });
    this.plot.diagonal();
    const curve = GRID.map((raw) => [raw, this.#posterior(raw, gamma)]);
    this.plot.line([[0, 0], ...curve, [1, 1]], "recovered");
    const recovered = this.#posterior(this.#raw, gamma);
    this.plot.line(
      [
        [this.#raw, 0],
        [this.#raw, recovered],
        [0, recovered],
      ],
      "guide",
    );
    this.plot.dot([this.#raw, recovered], "marker", 5);
    this.plot.describe(
      `An increasing curve from 0 to 1 beside the diagonal. At the marker, the raw probability ` +
        `${formatFixed(this.#raw, 2)}, the posterior is ${formatNumber(recovered)}.`,
    );
  }

  #dataTable() {
    const rows = TABLE.map((raw) => [formatFixed(raw, 2), formatNumber(this.#posterior(raw))]);
    const caption = `γ = ${formatGamma(this.gamma)}, ${this.#alphaText}`;
    return table(caption, ["raw probability", "recovered posterior"], rows);
  }
}

define("focal-recovery", FocalRecovery);
