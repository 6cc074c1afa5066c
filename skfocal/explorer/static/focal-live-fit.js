/**
 * <focal-live-fit>: logistic regression with focal loss on two features, fitted in the page.
 *
 * Properties: `gamma` and `alpha` (null for no class weights). Events: `gammachange`, `alphachange`.
 */

import { BinaryView } from "./binary-view.js";
import { alphaSlider, gammaSlider, penaltySlider } from "./controls.js";
import { button, foldedTable, h, legend, select, slider, table, textField } from "./dom.js";
import { define } from "./element.js";
import { formatFixed, formatGamma, formatNumber, formatPercent } from "./format.js";
import { analyse } from "./live-model.js";
import { drawFit, nearestRow } from "./live-plot.js";
import { addPoint, movePoint, readSample, rowsOf, START, writePoints } from "./live-sample.js";
import { Plot } from "./plot.js";
import { drawReliability, reliabilityPlot, reliabilityTable } from "./reliability-plot.js";
import { DOMAIN } from "./sample.js";

/** Distance in pixels within which the pointer takes hold of a sample. */
const REACH = 12;

export class FocalLiveFit extends BinaryView {
  #C = Number(START.C);
  #sample = readSample(START);
  #selected = 0;

  /** The samples { x, y }. */
  get rows() {
    return rowsOf(this.#sample);
  }

  /** The part of the page's state that this element owns, as text. */
  get state() {
    const { share, count, seed } = this.#sample;
    return {
      share: String(share),
      rows: String(count),
      seed: String(seed),
      C: String(this.#C),
      points: writePoints(this.#sample),
    };
  }

  set state({ C, ...texts }) {
    const number = Number(C);
    this.#C = number >= 1e-4 && number <= 1e4 ? number : Number(START.C);
    this.#sample = readSample(texts);
    this.#selected = 0;
    this.refresh();
  }

  build() {
    this.plot = new Plot({ title: "Samples, sized by their gradient", height: 0.95 });
    this.reliability = reliabilityPlot("Reliability of the samples above");
    this.scores = h("div");
    this.table = foldedTable("Data tables of the fit", () => this.#dataTables());
    this.gammaControl = gammaSlider((gamma) => this.take("gamma", gamma));
    this.alphaControl = alphaSlider((alpha) => this.take("alpha", alpha));
    this.penalty = penaltySlider((C) => {
      this.#C = C;
      this.#changed();
    });
    this.share = slider({
      label: "Share of class 1",
      min: 0.01,
      max: 0.5,
      step: 0.01,
      onInput: (share) => this.#draw({ share: Number(share.toFixed(2)) }),
    });
    this.count = slider({
      label: "Number of samples",
      min: 50,
      max: 2000,
      step: 50,
      onInput: (count) => this.#draw({ count }),
    });
    this.#followPointer();
    const { gammaControl, alphaControl, penalty, share, count } = this;
    const controls = [gammaControl, alphaControl, penalty, share, count].map(({ root }) => root);
    const redraw = button("Draw new samples", () => this.#draw({ seed: this.#sample.seed + 1 }));
    return [
      h("div", { class: "controls" }, ...controls, h("div", { class: "actions" }, redraw)),
      this.summary,
      h(
        "div",
        { class: "plots" },
        h("div", {}, this.plot.figure, this.#legendOfFit()),
        h(
          "div",
          {},
          this.scores,
          this.reliability.figure,
          legend([
            ["dot-raw", "raw: sigmoid of the logits"],
            ["square-recovered", "recovered posterior"],
            ["diagonal", "perfect calibration"],
          ]),
        ),
      ),
      this.#pointEditor(),
      this.table.root,
    ];
  }

  draw() {
    const { share, count } = this.#sample;
    this.gammaControl.set(this.gamma);
    this.alphaControl.set(this.alpha);
    this.penalty.set(this.#C);
    this.share.set(share, formatPercent(share));
    this.count.set(count, String(count));
    const rows = this.rows;
    const settings = { gamma: this.gamma, alpha: this.alpha, C: this.#C };
    this.fit = analyse(rows, settings);
    this.logistic = analyse(rows, { ...settings, gamma: 0 });
    drawFit(this.plot, rows, this.fit, { gamma: this.gamma, selected: this.#selected });
    drawReliability(this.reliability, this.fit.reliability);
    this.#showScores(rows.length);
    this.#showPoint(rows);
    this.table.update();
  }

  #changed() {
    this.refresh();
    this.emit("statechange");
    this.announceSummary();
  }

  /** Draw samples with other settings. Moved and added points are dropped. */
  #draw(settings) {
    this.#sample = { ...this.#sample, ...settings, moved: new Map(), added: [] };
    this.#selected = 0;
    this.#changed();
  }

  #showScores(nRows) {
    const { logLoss, half, coef, intercept } = this.fit;
    const raw = formatNumber(logLoss.raw);
    const recovered = formatNumber(logLoss.recovered);
    const logistic = formatNumber(this.logistic.logLoss.recovered);
    const gamma = formatGamma(this.gamma);
    this.summarise(
      `With γ = ${gamma} the log loss is ${raw} raw and ${recovered} recovered; with γ = 0 it is ` +
        `${logistic}. Half of the gradient comes from ${half} of ${nRows} samples; with γ = 0, from ` +
        `${this.logistic.half}.`,
    );
    const column = ({ coef: [w1, w2], intercept: b }) => [w1, w2, b].map(formatNumber);
    const [focal, plain] = [column({ coef, intercept }), column(this.logistic)];
    const names = ["coefficient of x₁", "coefficient of x₂", "intercept"];
    this.scores.replaceChildren(
      table(
        "Fit",
        ["quantity", `γ = ${gamma}`, "γ = 0"],
        [
          ["log loss, raw", raw, formatNumber(this.logistic.logLoss.raw)],
          ["log loss, recovered", recovered, logistic],
          ...names.map((name, i) => [name, focal[i], plain[i]]),
        ],
      ),
    );
  }

  #legendOfFit() {
    return legend([
      ["dot-class-0", "class 0"],
      ["square-class-1", "class 1"],
      ["boundary", "decision boundary, logit 0"],
      ["raw", "raw probability"],
      ["recovered", "recovered probability"],
    ]);
  }

  #followPointer() {
    const { svg } = this.plot;
    let held = -1;
    let wasDragged = false;
    const at = (event) => nearestRow(this.plot, this.rows, this.plot.position(event), REACH);
    svg.classList.add("movable");
    svg.addEventListener("pointerdown", (event) => {
      held = event.button === 0 ? at(event) : -1;
      wasDragged = held >= 0;
      if (held >= 0) {
        svg.setPointerCapture(event.pointerId);
        this.#selected = held;
        this.refresh();
      }
    });
    svg.addEventListener("pointermove", (event) => {
      if (held >= 0) {
        this.#sample = movePoint(this.#sample, held, this.plot.position(event));
        this.#changed();
      }
    });
    for (const type of ["pointerup", "pointercancel"]) {
      svg.addEventListener(type, () => {
        held = -1;
      });
    }
    svg.addEventListener("click", (event) => {
      const [x1, x2] = this.plot.position(event);
      const isInside = [x1, x2].every((value) => value >= DOMAIN[0] && value <= DOMAIN[1]);
      if (!wasDragged && isInside) {
        this.#add([x1, x2]);
      }
    });
    // A drag of a sample must not scroll the page; any other gesture may.
    const keepStill = (event) => {
      if (at(event.touches[0]) >= 0) {
        event.preventDefault();
      }
    };
    svg.addEventListener("touchstart", keepStill, { passive: false });
  }

  #add(x) {
    this.#sample = addPoint(this.#sample, x, Number(this.newClass.input.value));
    this.#selected = this.rows.length - 1;
    this.#changed();
  }

  /** Return the fields that move and add points without a pointer. */
  #pointEditor() {
    const field = (label, kind, attributes, onNumber) => {
      const read = (text) => {
        const { input, showError } = control;
        const isValid = input.checkValidity() && text !== "";
        const message = `${label} must be ${kind} from ${input.min} to ${input.max}.`;
        showError(isValid ? "" : message);
        if (isValid) {
          onNumber(Number(text));
        } else {
          this.announce(message);
        }
      };
      const control = textField({ label, type: "number", onInput: read, ...attributes });
      return control;
    };
    const bounds = { min: DOMAIN[0], max: DOMAIN[1], step: "any" };
    const move = (j) => (value) => {
      const x = this.rows[this.#selected].x.with(j, value);
      this.#sample = movePoint(this.#sample, this.#selected, x);
      this.#changed();
    };
    this.pointNumber = field("Sample", "an integer", { min: 1, step: 1 }, (number) => {
      this.#selected = number - 1;
      this.refresh();
    });
    this.coordinates = ["x₁", "x₂"].map((name, j) => field(name, "a number", bounds, move(j)));
    this.newClass = select({
      label: "Class of added samples",
      options: [
        ["1", "class 1"],
        ["0", "class 0"],
      ],
    });
    this.pointText = h("p", { class: "muted" });
    const fields = [this.pointNumber, ...this.coordinates, this.newClass].map(({ root }) => root);
    return h(
      "fieldset",
      {},
      h("legend", {}, "Move and add samples"),
      h(
        "p",
        { class: "muted" },
        "Drag a sample in the plot, or click beside the samples to add one. The fields do the same.",
      ),
      h("div", { class: "controls" }, ...fields),
      this.pointText,
      button("Add a sample at x₁, x₂", () => this.#add(this.rows[this.#selected].x)),
    );
  }

  #showPoint(rows) {
    const { x, y } = rows[this.#selected];
    this.pointNumber.input.max = String(rows.length);
    const values = [this.#selected + 1, ...x];
    [this.pointNumber, ...this.coordinates].forEach(({ input, showError }, i) => {
      if (input.value === "" || Number(input.value) !== values[i]) {
        input.value = String(values[i]);
      }
      showError("");
    });
    const gradient = formatNumber(this.fit.gradients[this.#selected]);
    this.pointText.textContent =
      `Sample ${this.#selected + 1} of ${rows.length} is of class ${y}. Its gradient with respect ` +
      `to the logit has the size ${gradient}.`;
  }

  #dataTables() {
    const rows = this.rows.map(({ x, y }, i) => [
      String(i + 1),
      ...x.map((value) => formatFixed(value, 2)),
      String(y),
      formatNumber(this.fit.gradients[i]),
    ]);
    const columns = ["sample", "x₁", "x₂", "class", "size of the gradient"];
    return h("div", {}, reliabilityTable(this.fit.reliability), table("Samples", columns, rows));
  }
}

define("focal-live-fit", FocalLiveFit);
