/** Logistic regression with focal loss on two features, by Newton's method. */

import { curvature, focalLoss, gradientSize, logitOfPosterior } from "./focal.js";

/** The largest component of the gradient per unit of weight, at which the iterations stop. */
const TOLERANCE = 1e-10;
const MAX_ITERATIONS = 100;

/** Return the logit of class 1 for a sample. */
export function decision({ coef, intercept }, x) {
  return coef[0] * x[0] + coef[1] * x[1] + intercept;
}

/**
 * Minimise ||w||^2 / 2 + C sum_i alpha_{y_i} FL_i. The intercept is not penalised.
 *
 * As in skfocal, the iterations start at the best constant prediction. Where the Hessian is not
 * positive definite, samples with negative curvature are left out of it.
 */
export function fitFocal(rows, { gamma, weights, C }) {
  let parameters = [0, 0, constantLogit(rows, gamma, weights)];
  let state = evaluate(rows, parameters, gamma, weights, C);
  const scale = C * rows.reduce((sum, row) => sum + weights[row.y], 0);
  let iteration = 0;
  const isConverged = () => Math.max(...state.gradient.map(Math.abs)) <= TOLERANCE * scale;
  for (; iteration < MAX_ITERATIONS && !isConverged(); iteration++) {
    const direction =
      solve(state.hessian, state.gradient) ?? solve(state.positiveHessian, state.gradient);
    const next = search(rows, parameters, direction, state, { gamma, weights, C });
    if (next === null) {
      break; // rounding prevents a further descent
    }
    [parameters, state] = next;
  }
  return {
    coef: parameters.slice(0, 2),
    intercept: parameters[2],
    iterations: iteration,
    converged: isConverged(),
  };
}

function constantLogit(rows, gamma, weights) {
  const share = rows.reduce((sum, row) => sum + row.y, 0) / rows.length;
  return logitOfPosterior(share, gamma, weights);
}

function evaluate(rows, parameters, gamma, weights, C) {
  const [w1, w2, intercept] = parameters;
  let value = (w1 * w1 + w2 * w2) / 2;
  const gradient = [w1, w2, 0];
  const hessian = diagonal(1, 1, 0);
  const positiveHessian = diagonal(1, 1, 0);
  for (const { x, y } of rows) {
    const features = [x[0], x[1], 1];
    const sign = y === 1 ? 1 : -1;
    const margin = sign * (w1 * x[0] + w2 * x[1] + intercept);
    const weight = C * weights[y];
    const second = weight * curvature(margin, gamma);
    const first = -sign * weight * gradientSize(margin, gamma);
    value += weight * focalLoss(margin, gamma);
    for (let i = 0; i < 3; i++) {
      gradient[i] += first * features[i];
      for (let j = 0; j < 3; j++) {
        hessian[i][j] += second * features[i] * features[j];
        positiveHessian[i][j] += Math.max(second, 0) * features[i] * features[j];
      }
    }
  }
  return { value, gradient, hessian, positiveHessian };
}

function diagonal(...entries) {
  return entries.map((entry, i) => entries.map((_, j) => (i === j ? entry : 0)));
}

/** Return -H^-1 g by a Cholesky factorisation, or null if H is not positive definite. */
function solve(hessian, gradient) {
  const factor = diagonal(0, 0, 0);
  const half = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = hessian[i][j];
      for (let k = 0; k < j; k++) {
        sum -= factor[i][k] * factor[j][k];
      }
      if (i === j && !(sum > 1e-14 * hessian[i][i])) {
        return null;
      }
      factor[i][j] = i === j ? Math.sqrt(sum) : sum / factor[j][j];
    }
    half[i] = -gradient[i];
    for (let k = 0; k < i; k++) {
      half[i] -= factor[i][k] * half[k];
    }
    half[i] /= factor[i][i];
  }
  for (let i = 2; i >= 0; i--) {
    for (let k = i + 1; k < 3; k++) {
      half[i] -= factor[k][i] * half[k];
    }
    half[i] /= factor[i][i];
  }
  return half;
}

/** Halve the step until the objective decreases enough. Return null if it never does. */
function search(rows, parameters, direction, state, { gamma, weights, C }) {
  const step = direction ?? state.gradient.map((entry) => -entry);
  const slope = step.reduce((sum, entry, i) => sum + entry * state.gradient[i], 0);
  const rounding = 1e-14 * Math.abs(state.value);
  for (let size = 1; size > 1e-10; size /= 2) {
    const candidate = parameters.map((entry, i) => entry + size * step[i]);
    const next = evaluate(rows, candidate, gamma, weights, C);
    if (next.value <= state.value + 1e-4 * size * slope + rounding) {
      return [candidate, next];
    }
  }
  return null;
}
