/** The scatter plot of the live fit, with the decision boundary and contours. */

import { lineInSquare, linspace } from "./curves.js";
import { logit, logitOfPosterior } from "./focal.js";
import { formatFixed, formatPercent, formatShort } from "./format.js";
import { DOMAIN } from "./sample.js";

const LEVELS = [0.1, 0.5, 0.9];
const TICKS = linspace(DOMAIN[0], DOMAIN[1], 6);
const SMALLEST_RADIUS = 1.2;
const RADIUS_RANGE = 6;

/** Draw samples with an area that grows with their gradient, and the contours of the fit. */
export function drawFit(plot, rows, fit, { gamma, selected }) {
  plot.begin({
    x: { domain: DOMAIN, ticks: TICKS, label: "x₁" },
    y: { domain: DOMAIN, ticks: TICKS, label: "x₂" },
  });
  drawRows(plot, rows, fit.gradients, selected);
  for (const level of LEVELS) {
    drawContour(plot, fit, logit(level), "raw", formatPercent(level), 0);
    const score = logitOfPosterior(level, gamma, fit.weights);
    drawContour(plot, fit, score, "recovered", formatPercent(level), 1);
  }
  drawContour(plot, fit, 0, "boundary", "", 0);
  const [w1, w2] = fit.coef.map((value) => formatFixed(value, 3));
  plot.describe(
    `${rows.length} samples, ${rows.filter(({ y }) => y === 1).length} of class 1. The decision ` +
      `boundary is ${w1} x₁ + ${w2} x₂ + ${formatFixed(fit.intercept, 3)} = 0. Contours of the raw ` +
      `and of the recovered probability are at ${LEVELS.map(formatShort).join(", ")}.`,
  );
}

/** Return the index of the sample within a distance in pixels, or -1. */
export function nearestRow(plot, rows, [x1, x2], distance) {
  const gap = ({ x }) => Math.hypot(plot.x(x[0]) - plot.x(x1), plot.y(x[1]) - plot.y(x2));
  const gaps = rows.map(gap);
  const nearest = Math.min(...gaps);
  return nearest <= distance ? gaps.indexOf(nearest) : -1;
}

function drawRows(plot, rows, gradients, selected) {
  const largest = Math.max(...gradients);
  // All gradients are zero if gamma is so large that they underflow.
  const share = (i) => (largest > 0 ? gradients[i] / largest : 0);
  const radius = (i) => SMALLEST_RADIUS + RADIUS_RANGE * Math.sqrt(share(i));
  rows.forEach(({ x, y }, i) => {
    if (y === 0) {
      plot.dot(x, "dot-class-0", radius(i));
    }
  });
  rows.forEach(({ x, y }, i) => {
    if (y === 1) {
      plot.square(x, "square-class-1", radius(i));
    }
  });
  if (rows[selected]) {
    plot.dot(rows[selected].x, "selected", radius(selected) + 4);
  }
}

/** Draw the line where the logit has a value, with a label at its lower (0) or upper (1) end. */
function drawContour(plot, { coef, intercept }, value, style, label, end) {
  const ends = lineInSquare(coef[0], coef[1], value - intercept, ...DOMAIN);
  if (ends === null) {
    return;
  }
  plot.line(ends, style);
  if (label) {
    const isRight = ends[end][0] > DOMAIN[1] - 1;
    const place = { anchor: isRight ? "end" : "start", dx: isRight ? -3 : 3, style: "halo" };
    plot.text(ends[end], label, { ...place, dy: end === 0 ? -5 : 12 });
  }
}
