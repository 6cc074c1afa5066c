import assert from "node:assert/strict";
import { test } from "node:test";
import { decision, fitFocal } from "../../skfocal/explorer/static/fit.js";
import { focalLoss, posteriorLogit, sigmoid } from "../../skfocal/explorer/static/focal.js";
import { analyse } from "../../skfocal/explorer/static/live-model.js";
import {
  addPoint,
  movePoint,
  readSample,
  rowsOf,
  START,
  writePoints,
} from "../../skfocal/explorer/static/live-sample.js";
import { DOMAIN, drawSample } from "../../skfocal/explorer/static/sample.js";
import { logLoss, reliability } from "../../skfocal/explorer/static/scores.js";

const ROWS = drawSample(7, 300, 0.1);

function objective(rows, { coef, intercept }, gamma, weights, C) {
  const penalty = (coef[0] ** 2 + coef[1] ** 2) / 2;
  return rows.reduce((sum, { x, y }) => {
    const z = decision({ coef, intercept }, x);
    return sum + C * weights[y] * focalLoss(y === 1 ? z : -z, gamma);
  }, penalty);
}

test("a fit is a minimum for any gamma, weights and C", () => {
  for (const gamma of [0, 0.5, 2, 5]) {
    for (const weights of [
      [1, 1],
      [0.1, 0.9],
    ]) {
      for (const C of [1e-4, 1, 1e4]) {
        const model = fitFocal(ROWS, { gamma, weights, C });
        assert.ok(model.converged, `gamma ${gamma}, weights ${weights}, C ${C}`);
        const least = objective(ROWS, model, gamma, weights, C);
        for (const [i, step] of [0, 1, 2].flatMap((j) => [
          [j, 1e-3],
          [j, -1e-3],
        ])) {
          const moved = [...model.coef, model.intercept];
          moved[i] += step;
          const near = { coef: moved.slice(0, 2), intercept: moved[2] };
          assert.ok(objective(ROWS, near, gamma, weights, C) > least);
        }
      }
    }
  }
});

test("with an extreme penalty the recovered probability is the share of class 1", () => {
  const weights = [0.2, 0.8];
  const model = fitFocal(ROWS, { gamma: 2, weights, C: 1e-8 });
  const z = decision(model, [1, 1]);
  assert.ok(Math.abs(sigmoid(posteriorLogit(z, 2, weights)) - 0.1) < 1e-5);
});

test("separable classes have a minimum", () => {
  const rows = [-2, -1, 1, 2].map((x) => ({ x: [x, 0], y: x > 0 ? 1 : 0 }));
  const model = fitFocal(rows, { gamma: 2, weights: [1, 1], C: 1e4 });
  assert.ok(model.converged);
  assert.ok(model.coef[0] > 1);
});

test("samples are seeded, inside the domain and have the share", () => {
  assert.deepEqual(drawSample(7, 300, 0.1), ROWS);
  assert.notDeepEqual(drawSample(8, 300, 0.1), ROWS);
  assert.equal(ROWS.filter(({ y }) => y === 1).length, 30);
  assert.ok(ROWS.every(({ x }) => x.every((value) => value >= DOMAIN[0] && value <= DOMAIN[1])));
  assert.equal(drawSample(1, 50, 0.01).filter(({ y }) => y === 1).length, 2);
});

test("moved and added points survive the address of the page", () => {
  let sample = movePoint(readSample(START), 3, [1.234, 99]);
  sample = addPoint(sample, [-1, 2], 1);
  sample = movePoint(sample, 400, [0, 0.5]);
  const read = readSample({ ...START, points: writePoints(sample) });
  assert.deepEqual(rowsOf(read), rowsOf(sample));
  assert.deepEqual(rowsOf(read)[3].x, [1.23, DOMAIN[1]]);
  assert.deepEqual(rowsOf(read)[400], { x: [0, 0.5], y: 1 });
});

test("settings that are not valid are left out", () => {
  const sample = readSample({ share: "2", rows: "x", seed: "-1", points: "9999,1,1;a;3,1;+2,1,1" });
  assert.deepEqual(sample, readSample(START));
});

test("log loss and reliability of exact cases", () => {
  assert.equal(logLoss([0, 1], [0, 0]), Math.log(2));
  assert.equal(logLoss([1], [-1000]), 1000);
  const bins = reliability([0, 0, 1, 1], [-1, -1, 2, 3], 2);
  assert.deepEqual(
    bins.map(({ size }) => size),
    [2, 2],
  );
  assert.deepEqual(
    bins.map(({ frequency }) => frequency),
    [0, 1],
  );
  assert.equal(reliability([0, 1, 1], [1, 1, 1], 5).length, 1);
});

test("focal loss needs the recovery, cross-entropy does not", () => {
  const focal = analyse(ROWS, { gamma: 3, alpha: null, C: 100 }).logLoss;
  assert.ok(focal.recovered < 0.9 * focal.raw);
  const { raw, recovered } = analyse(ROWS, { gamma: 0, alpha: null, C: 100 }).logLoss;
  assert.ok(Math.abs(recovered - raw) < 1e-12);
});
