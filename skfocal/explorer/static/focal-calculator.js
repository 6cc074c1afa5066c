/**
 * <focal-calculator>: the focal loss of one prediction, from its logits.
 *
 * Property: `gamma`. Event: `gammachange` when a valid gamma was typed.
 */

import { foldedTable, h, legend, table, textField } from "./dom.js";
import { define, FocalElement, nonNegative } from "./element.js";
import { breakdown, posterior } from "./focal.js";
import { formatGamma, formatNumber, formatPercent } from "./format.js";
import { parseGamma, parseLogits, parseTrueClass, parseWeights } from "./parse.js";
import { Plot } from "./plot.js";

const START = { logits: "4, 1, -1", class: "0", weights: "" };
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export class FocalCalculator extends FocalElement {
  #texts = { ...START, gamma: "2" };
  #validTexts = { ...START };
  #result = null;

  /** The focusing parameter of the last valid input. */
  get gamma() {
    return parseGamma(this.#texts.gamma).value ?? this.#result?.gamma ?? 2;
  }

  set gamma(value) {
    const gamma = nonNegative("gamma", value);
    if (gamma !== parseGamma(this.#texts.gamma).value) {
      this.#texts.gamma = String(gamma);
      this.#showTexts();
    }
  }

  /** The part of the page's state that this element owns: the texts of the last valid result. */
  get state() {
    return this.#validTexts;
  }

  set state({ logits, class: trueClass, weights }) {
    this.#result = null;
    Object.assign(this.#texts, { logits, class: trueClass, weights });
    const { gamma, ...errors } = this.#check().errors;
    if (Object.values(errors).some((message) => message !== "")) {
      Object.assign(this.#texts, START);
    }
    this.#showTexts();
  }

  build() {
    const field = (name, label, attributes = {}) =>
      textField({
        label,
        value: this.#texts[name],
        onInput: (text) => this.#edit(name, text),
        ...attributes,
      });
    this.fields = {
      logits: field("logits", "Logits", { hint: "separated by commas" }),
      class: field("class", "True class", { hint: "index from 0", inputmode: "numeric" }),
      gamma: field("gamma", "γ", { hint: "focusing parameter, ≥ 0", inputmode: "decimal" }),
      weights: field("weights", "α", { hint: "one for each class, or empty" }),
    };
    this.plot = new Plot({ title: "Probabilities of the classes", height: 0.5 });
    this.factors = h("div");
    this.table = foldedTable("Data table of the probabilities", () => this.#classTable());
    const controls = Object.values(this.fields).map(({ root }) => root);
    return [
      h("div", { class: "controls" }, ...controls),
      this.summary,
      h(
        "div",
        { class: "plots" },
        h(
          "div",
          {},
          this.plot.figure,
          legend([
            ["bar-raw", "softmax of the logits"],
            ["bar-recovered", "recovered posterior: γ and α undone"],
          ]),
        ),
        this.factors,
      ),
      this.table.root,
    ];
  }

  draw() {
    this.#validate();
    if (this.#result === null) {
      return;
    }
    const { pT, crossEntropy, factor, alpha, loss } = this.#result;
    const rows = [
      ["p_t", pT],
      ["cross-entropy", crossEntropy],
      ["modulating factor", factor],
      ["α of the class", alpha],
      ["focal loss", loss],
    ].map(([name, value]) => [name, formatNumber(value)]);
    const caption = "Loss of the true class, in nats";
    this.factors.replaceChildren(table(caption, ["quantity", "value"], rows));
    this.summarise(
      `The true class has p_t = ${formatNumber(pT)}. Cross-entropy is ` +
        `${formatNumber(crossEntropy)}, focal loss with γ = ${formatGamma(this.#result.gamma)} is ` +
        `${formatNumber(loss)}.`,
    );
    this.#drawBars();
    this.table.update();
  }

  #showTexts() {
    for (const [name, { input }] of Object.entries(this.fields ?? {})) {
      input.value = this.#texts[name];
    }
    this.refresh();
  }

  #edit(name, text) {
    this.#texts[name] = text;
    this.refresh();
    const gamma = parseGamma(text).value;
    if (name === "gamma" && gamma !== undefined) {
      this.emit("gammachange", { gamma });
    } else {
      this.emit("statechange");
    }
    const errors = Object.values(this.#check().errors).filter((message) => message !== "");
    if (errors.length > 0) {
      this.announce(errors[0]);
    } else {
      this.announceSummary();
    }
  }

  /** Read all fields. Those that depend on the number of classes use the last valid logits. */
  #check() {
    const texts = this.#texts;
    const logits = parseLogits(texts.logits);
    const nClasses = (logits.value ?? this.#result?.logits ?? [0, 0]).length;
    const read = {
      logits,
      class: parseTrueClass(texts.class, nClasses),
      gamma: parseGamma(texts.gamma),
      weights: parseWeights(texts.weights, nClasses),
    };
    const entries = Object.entries(read);
    return {
      errors: Object.fromEntries(entries.map(([name, { error }]) => [name, error ?? ""])),
      values: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    };
  }

  /** Show the messages, and compute a new result if there are none. */
  #validate() {
    const { errors, values } = this.#check();
    for (const [name, message] of Object.entries(errors)) {
      this.fields[name].showError(message);
    }
    if (Object.values(errors).every((message) => message === "")) {
      const { logits, class: trueClass, gamma, weights } = values;
      const { gamma: _, ...texts } = this.#texts;
      this.#validTexts = texts;
      this.#result = {
        ...breakdown(logits, trueClass, gamma, weights),
        logits,
        trueClass,
        gamma,
        posterior: posterior(logits, gamma, weights),
      };
    }
  }

  #drawBars() {
    const { probabilities, posterior: recovered, trueClass } = this.#result;
    const count = probabilities.length;
    const all = probabilities.map((_, k) => k);
    const ticks = count <= 10 ? all : [...new Set([0, trueClass, count - 1])];
    this.plot.begin({
      x: {
        domain: [-0.5, count - 0.5],
        ticks,
        label: "class",
        format: (k) => (k === trueClass ? `${k} (true)` : String(k)),
      },
      y: { domain: [0, 1], ticks: TICKS, label: "probability" },
    });
    const bar = (start, stop, height, style) => {
      const [left, right] = [this.plot.x(start), this.plot.x(stop)];
      const [top, bottom] = [this.plot.y(height), this.plot.y(0)];
      const width = Math.max(right - left, 0.5);
      this.plot.add("rect", { x: left, y: top, width, height: bottom - top, class: style });
    };
    for (let k = 0; k < count; k++) {
      bar(k - 0.3, k - 0.02, probabilities[k], "bar-raw");
      bar(k + 0.02, k + 0.3, recovered[k], "bar-recovered");
    }
    const parts = probabilities.map(
      (p, k) => `class ${k}: softmax ${formatPercent(p)}, recovered ${formatPercent(recovered[k])}`,
    );
    this.plot.describe(`The true class is ${trueClass}. ${parts.slice(0, 20).join("; ")}.`);
  }

  #classTable() {
    const { logits, probabilities, posterior: recovered } = this.#result;
    const rows = logits.map((logit, k) => [
      String(k),
      formatNumber(logit),
      formatNumber(probabilities[k]),
      formatNumber(recovered[k]),
    ]);
    return table("Probabilities", ["class", "logit", "softmax", "recovered posterior"], rows);
  }
}

define("focal-calculator", FocalCalculator);
