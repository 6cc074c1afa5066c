/** Scores of predicted probabilities. */

import { sigmoid, softplus } from "./focal.js";

/** Return the mean log loss of logits of class 1. */
export function logLoss(labels, logits) {
  const total = labels.reduce((sum, y, i) => sum + softplus(y === 1 ? -logits[i] : logits[i]), 0);
  return total / labels.length;
}

/**
 * Return the mean probability and the frequency of class 1 in bins of equal size, as
 * `skfocal.metrics.reliability_curve` with strategy="quantile".
 *
 * Equal logits share a bin. Bins that get no sample are dropped.
 */
export function reliability(labels, logits, count) {
  const order = logits.map((_, i) => i).sort((i, j) => logits[i] - logits[j]);
  const bins = new Map();
  for (let start = 0; start < order.length; ) {
    let stop = start;
    while (stop < order.length && logits[order[stop]] === logits[order[start]]) {
      stop++;
    }
    const middle = (start + stop) / 2 / order.length;
    // A midpoint on the edge between two bins must not be assigned by rounding error.
    const bin = Math.min(Math.floor(Number((count * middle).toFixed(9))), count - 1);
    const total = bins.get(bin) ?? { size: 0, probability: 0, positives: 0 };
    for (const i of order.slice(start, stop)) {
      total.size += 1;
      total.probability += sigmoid(logits[i]);
      total.positives += labels[i];
    }
    bins.set(bin, total);
    start = stop;
  }
  return [...bins.values()].map(({ size, probability, positives }) => ({
    probability: probability / size,
    frequency: positives / size,
    size,
  }));
}
