import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatFactor,
  formatGamma,
  formatNumber,
  formatShort,
  formatSuppression,
} from "../../skfocal/explorer/static/format.js";
import {
  parseGamma,
  parseGammas,
  parseLogits,
  parseTrueClass,
  parseWeights,
} from "../../skfocal/explorer/static/parse.js";
import { decodeState, encodeState } from "../../skfocal/explorer/static/url-state.js";

test("numbers have four significant digits", () => {
  assert.equal(formatNumber(0.00105361), "0.001054");
  assert.equal(formatNumber(-1.7577), "−1.758");
  assert.equal(formatNumber(0.9999999), "1.000");
  assert.equal(formatNumber(0.1 ** 3), "0.001000");
  assert.equal(formatNumber(1000), "1000");
  assert.equal(formatNumber(99999.6), "100000");
  assert.equal(formatNumber(1.23456e-9), "1.235e-9");
  assert.equal(formatNumber(0), "0");
});

test("texts of gamma, factors and suppression", () => {
  assert.equal(formatGamma(2), "2.00");
  assert.equal(formatGamma(2.375), "2.375");
  assert.equal(formatGamma(0.1 + 0.2), "0.30");
  assert.equal(formatGamma(5 / 49), "0.102041");
  assert.equal(formatGamma(123.45), "123.45");
  assert.equal(formatShort(0.9), "0.9");
  assert.equal(formatFactor(0.01), "0.010");
  assert.equal(formatSuppression(0.01), "100 times smaller");
  assert.equal(formatSuppression(1), "equal to cross-entropy");
  assert.equal(formatSuppression(0.99 ** 0.05), "nearly equal to cross-entropy");
});

test("valid fields are read", () => {
  assert.deepEqual(parseLogits(" 1000, 0,−1e3").value, [1000, 0, -1000]);
  assert.equal(parseTrueClass("2", 3).value, 2);
  assert.equal(parseGamma("0").value, 0);
  assert.deepEqual(parseGammas("0.5, 5").value, [0.5, 5]);
  assert.deepEqual(parseWeights("0.25", 2).value, [0.75, 0.25]);
  assert.deepEqual(parseWeights("1,2,3", 3).value, [1, 2, 3]);
  assert.equal(parseWeights(" ", 3).value, null);
});

const BAD = [
  ["letters", () => parseLogits("1, two")],
  ["a single logit", () => parseLogits("1")],
  ["no logits", () => parseLogits("")],
  ["an infinite logit", () => parseLogits("1e999, 0")],
  ["logits whose difference is infinite", () => parseLogits("1e308, -1e308")],
  ["a missing logit", () => parseLogits("1,,2")],
  ["a class that does not exist", () => parseTrueClass("3", 3)],
  ["half a class", () => parseTrueClass("0.5", 3)],
  ["no class", () => parseTrueClass("", 3)],
  ["a negative gamma", () => parseGamma("-1")],
  ["no gamma", () => parseGamma("")],
  ["too many gammas", () => parseGammas("1 2 3 4 5")],
  ["a weight of zero", () => parseWeights("0, 1", 2)],
  ["too few weights", () => parseWeights("1, 2", 3)],
  ["one weight of three classes", () => parseWeights("0.5", 3)],
];
for (const [name, parse] of BAD) {
  test(`${name} is an error`, () => {
    const { value, error } = parse();
    assert.equal(value, undefined);
    assert.ok(error.length > 20);
  });
}

test("the state of the page survives its address", () => {
  const defaults = { gamma: "2", logits: "4, 1", compare: "" };
  const state = { gamma: "3.5", logits: "1, −2; &=", compare: "" };
  const address = encodeState(state, defaults);
  assert.ok(!address.includes("compare"));
  assert.deepEqual(decodeState(`#${address}`, defaults), state);
  assert.deepEqual(decodeState("#unknown=1", defaults), defaults);
  assert.equal(encodeState(defaults, defaults), "");
});
