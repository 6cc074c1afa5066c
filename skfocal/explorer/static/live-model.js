/** What the live fit shows of a sample: the fit, its scores and the weight of each row. */

import { decision, fitFocal } from "./fit.js";
import { binaryWeights, gradientSize, posteriorLogit } from "./focal.js";
import { logLoss, reliability } from "./scores.js";

/** Number of bins of the reliability curves. */
const BINS = 5;

/** Fit the rows, and return the fit with everything that is computed from it. */
export function analyse(rows, { gamma, alpha, C }) {
  const weights = binaryWeights(alpha);
  const labels = rows.map(({ y }) => y);
  const model = fitFocal(rows, { gamma, weights, C });
  const raw = rows.map(({ x }) => decision(model, x));
  const recovered = raw.map((z) => posteriorLogit(z, gamma, weights));
  const gradients = rows.map(({ y }, i) => {
    return weights[y] * gradientSize(y === 1 ? raw[i] : -raw[i], gamma);
  });
  return {
    ...model,
    weights,
    gradients,
    half: samplesWithHalf(gradients),
    logLoss: { raw: logLoss(labels, raw), recovered: logLoss(labels, recovered) },
    reliability: {
      raw: reliability(labels, raw, BINS),
      recovered: reliability(labels, recovered, BINS),
    },
  };
}

/** Return the smallest number of rows that have half of the total weight. */
function samplesWithHalf(gradients) {
  const half = gradients.reduce((sum, size) => sum + size, 0) / 2;
  const sorted = gradients.toSorted((one, other) => other - one);
  let [sum, count] = [0, 0];
  while (sum < half && count < sorted.length) {
    sum += sorted[count];
    count += 1;
  }
  return count;
}
