import assert from "node:assert/strict";
import { test } from "node:test";
import { lineInSquare, linspace, piecesBelow } from "../../skfocal/explorer/static/curves.js";

test("a curve ends exactly at the limit and never exceeds it", () => {
  const pieces = piecesBelow((p) => -Math.log(p), [0, ...linspace(0.001, 1, 50)], 5);
  assert.equal(pieces.length, 1);
  const [[x, y], ...rest] = pieces[0];
  assert.equal(y, 5);
  assert.ok(Math.abs(x - Math.exp(-5)) < 1e-12);
  assert.ok(rest.every((point) => point[1] <= 5));
  assert.equal(rest.at(-1)[0], 1);
});

test("a curve that leaves the axes and returns has a gap", () => {
  const pieces = piecesBelow((x) => 4 - x * x, linspace(-3, 3, 101), 3);
  assert.equal(pieces.length, 2);
  assert.ok(Math.abs(pieces[0].at(-1)[0] + 1) < 1e-12);
  assert.ok(Math.abs(pieces[1][0][0] - 1) < 1e-12);
});

test("a curve above the limit has no pieces", () => {
  assert.deepEqual(
    piecesBelow(() => 9, [0, 1, 2], 5),
    [],
  );
});

test("a line is cut at the edges of the square", () => {
  assert.deepEqual(lineInSquare(1, 1, 0, -1, 1), [
    [1, -1],
    [-1, 1],
  ]);
  assert.deepEqual(lineInSquare(0, 1, 0.5, -1, 1), [
    [-1, 0.5],
    [1, 0.5],
  ]);
  assert.equal(lineInSquare(1, 1, 5, -1, 1), null);
});
