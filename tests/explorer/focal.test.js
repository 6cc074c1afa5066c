import assert from "node:assert/strict";
import { test } from "node:test";
import {
  binaryWeights,
  breakdown,
  curvature,
  focalLoss,
  gradientSize,
  logit,
  logitOfPosterior,
  lossAt,
  posterior,
  posteriorLogit,
  sigmoid,
} from "../../skfocal/explorer/static/focal.js";

const GAMMAS = [0, 0.5, 1, 2, 5];
const MARGINS = [-30, -4, -0.3, 0, 0.7, 5, 30];

function near(actual, expected, tolerance = 1e-12) {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE);
  assert.ok(Math.abs(actual - expected) <= tolerance * scale, `${actual} is not ${expected}`);
}

test("the loss of a probability has the published factor", () => {
  near(lossAt(0.9, 2).crossEntropy / lossAt(0.9, 2).loss, 100);
  near(lossAt(0.1, 2).factor, 0.81);
  near(lossAt(0.5, 1, 0.25).loss, 0.125 * Math.log(2));
});

test("extreme logits lose nothing to rounding", () => {
  const wrong = breakdown([1000, 0, -1000], 1, 2);
  assert.equal(wrong.crossEntropy, 1000);
  assert.equal(wrong.loss, 1000);
  const right = breakdown([40, 0], 0, 2);
  near(right.crossEntropy, Math.exp(-40));
  near(right.loss, Math.exp(-120));
});

test("two classes are the binary loss", () => {
  for (const gamma of GAMMAS) {
    for (const margin of MARGINS) {
      near(breakdown([0, margin], 1, gamma).loss, focalLoss(margin, gamma));
      const expected = sigmoid(posteriorLogit(margin, gamma, [0.7, 0.3]));
      near(posterior([0, margin], gamma, [0.7, 0.3])[1], expected, 1e-11);
    }
  }
});

test("derivatives agree with differences of the loss", () => {
  const step = 1e-4;
  for (const gamma of GAMMAS) {
    for (const m of [-4, -0.3, 0, 0.7, 5]) {
      const [below, here, above] = [m - step, m, m + step].map((at) => focalLoss(at, gamma));
      near(gradientSize(m, gamma), (below - above) / (2 * step), 1e-6);
      const second = (above - 2 * here + below) / step ** 2;
      assert.ok(Math.abs(curvature(m, gamma) - second) < 1e-6);
    }
  }
});

test("without gamma and alpha the posterior is the softmax", () => {
  const logits = [2, -1, 0.5];
  const { probabilities } = breakdown(logits, 0, 0);
  posterior(logits, 0).forEach((value, k) => {
    near(value, probabilities[k]);
  });
});

test("a posterior sums to one for any logits", () => {
  for (const logits of [
    [1e4, 0, -1e4],
    [0, 0, 0],
    [700, 699.5, -3],
  ]) {
    for (const gamma of GAMMAS) {
      const values = posterior(logits, gamma, [0.2, 3, 1]);
      near(
        values.reduce((sum, value) => sum + value, 0),
        1,
      );
      assert.ok(values.every((value) => value >= 0));
    }
  }
});

test("the inverse of the posterior returns the logit", () => {
  for (const gamma of GAMMAS) {
    for (const alpha of [null, 0.25, 0.9]) {
      const weights = binaryWeights(alpha);
      for (const p of [0.001, 0.3, 0.5, 0.95]) {
        const z = logitOfPosterior(p, gamma, weights);
        near(sigmoid(posteriorLogit(z, gamma, weights)), p, 1e-10);
      }
    }
  }
  near(logitOfPosterior(0.2, 0), logit(0.2));
});
