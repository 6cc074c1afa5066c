/** The reliability diagram of raw and recovered probabilities. */

import { table } from "./dom.js";
import { formatNumber, formatShort } from "./format.js";
import { Plot } from "./plot.js";

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Return a plot for `drawReliability`. */
export function reliabilityPlot(title) {
  return new Plot({ title, height: 0.9 });
}

/** Draw curves { raw, recovered } of bins { probability, frequency, size }. */
export function drawReliability(plot, { raw, recovered }) {
  plot.begin({
    x: { domain: [0, 1], ticks: TICKS, label: "mean predicted probability" },
    y: { domain: [0, 1], ticks: TICKS, label: "observed frequency" },
  });
  plot.diagonal();
  const points = (bins) => bins.map(({ probability, frequency }) => [probability, frequency]);
  plot.line(points(raw), "raw");
  plot.line(points(recovered), "recovered");
  for (const point of points(raw)) {
    plot.dot(point, "dot-raw");
  }
  for (const point of points(recovered)) {
    plot.square(point, "square-recovered");
  }
  const text = (bins) =>
    points(bins).map(([p, f]) => `${formatShort(p)} predicted, ${formatShort(f)} observed`);
  plot.describe(
    `Raw probabilities: ${text(raw).join("; ")}. ` +
      `Recovered posterior: ${text(recovered).join("; ")}.`,
  );
}

/** Return both curves as a table. */
export function reliabilityTable({ raw, recovered }) {
  const rows = [
    ...raw.map((bin) => ["raw", bin]),
    ...recovered.map((bin) => ["recovered", bin]),
  ].map(([kind, { probability, frequency, size }]) => [
    kind,
    formatNumber(probability),
    formatNumber(frequency),
    String(size),
  ]);
  return table("Reliability", ["probability", "mean predicted", "observed", "samples"], rows);
}
