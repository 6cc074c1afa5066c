/**
 * <focal-table-fit>: a fit on a table of the user, computed in Python.
 *
 * Properties: `gamma`, `alpha` (null for no class weights), `C` and `fit`, the result for these.
 * Events: `gammachange`, `alphachange` and `Cchange`.
 */

import { alphaSlider, gammaSlider, penaltySlider } from "./controls.js";
import { foldedTable, h, legend, table } from "./dom.js";
import { define, FocalElement } from "./element.js";
import { formatNumber } from "./format.js";
import { drawReliability, reliabilityPlot, reliabilityTable } from "./reliability-plot.js";

export class FocalTableFit extends FocalElement {
  #values = { gamma: 2, alpha: null, C: 1, fit: null };

  static {
    for (const name of ["gamma", "alpha", "C", "fit"]) {
      Object.defineProperty(FocalTableFit.prototype, name, {
        get() {
          return this.#values[name];
        },
        set(value) {
          this.#values[name] = value;
          this.refresh();
          if (name === "fit") {
            this.announceSummary();
          }
        },
      });
    }
  }

  build() {
    this.gammaControl = gammaSlider((gamma) => this.#change("gamma", gamma));
    this.alphaControl = alphaSlider((alpha) => this.#change("alpha", alpha));
    this.penalty = penaltySlider((C) => this.#change("C", C));
    this.plot = reliabilityPlot("Reliability of the held-out rows");
    this.warning = h("p", { class: "error" });
    this.scores = h("div");
    this.table = foldedTable("Data tables", () => reliabilityTable(this.fit.reliability));
    const controls = [this.gammaControl, this.alphaControl, this.penalty].map(({ root }) => root);
    return [
      h("div", { class: "controls" }, ...controls),
      this.summary,
      this.warning,
      h(
        "div",
        { class: "plots" },
        this.scores,
        h(
          "div",
          {},
          this.plot.figure,
          legend([
            ["dot-raw", "raw: sigmoid of the logits"],
            ["square-recovered", "recovered: predict_proba"],
            ["diagonal", "perfect calibration"],
          ]),
        ),
      ),
      this.table.root,
    ];
  }

  draw() {
    const { gamma, alpha, C, fit } = this.#values;
    this.gammaControl.set(gamma);
    this.alphaControl.set(alpha);
    this.penalty.set(C);
    if (fit === null) {
      return;
    }
    const { raw, recovered } = fit.log_loss;
    this.summarise(
      `Class 1 is “${fit.label}”, the rarer label. Fitted on ${fit.n_train} rows. On ${fit.n_test} held-out rows, ` +
        `${fit.n_positive} of class 1, the log loss is ${formatNumber(raw)} raw and ` +
        `${formatNumber(recovered)} recovered.`,
    );
    this.warning.textContent = fit.warning;
    const shown = fit.coefficients.length;
    const left = fit.n_coefficients - shown;
    const coefficients = fit.coefficients.map(([name, value]) => [name, formatNumber(value)]);
    const caption =
      left > 0
        ? `The ${shown} largest of ${fit.n_coefficients} coefficients, of standardised columns`
        : "Coefficients, of standardised columns";
    this.scores.replaceChildren(
      table(
        "Held-out rows",
        ["score", "value"],
        [
          ["log loss, raw", formatNumber(raw)],
          ["log loss, recovered", formatNumber(recovered)],
          ["average precision", formatNumber(fit.average_precision)],
        ],
      ),
      table(
        caption,
        ["column", "coefficient"],
        [...coefficients, ["intercept", formatNumber(fit.intercept)]],
      ),
    );
    drawReliability(this.plot, fit.reliability);
    this.table.update();
  }

  #change(name, value) {
    this[name] = value;
    this.emit(`${name}change`, { [name]: value });
  }
}

define("focal-table-fit", FocalTableFit);
