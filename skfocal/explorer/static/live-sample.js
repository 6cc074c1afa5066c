/** The sample of the live fit: drawn from a seed, with points that were moved or added. */

import { drawSample, onGrid } from "./sample.js";

/** Return the settings at the start, as text. */
export const START = { share: "0.08", rows: "400", seed: "1", C: "1", points: "" };

/** Return the settings of the sample from the text of the page's state. */
export function readSample({ share, rows, seed, points }) {
  const within = (text, low, high, otherwise) => {
    const number = Number(text);
    return number >= low && number <= high ? number : Number(otherwise);
  };
  const count = Math.round(within(rows, 50, 2000, START.rows));
  return {
    share: within(share, 0.01, 0.5, START.share),
    count,
    seed: Math.round(within(seed, 0, 999999, START.seed)),
    ...readPoints(points, count),
  };
}

/** Return the rows { x, y } of a sample. Added points come last. */
export function rowsOf({ share, count, seed, moved, added }) {
  const drawn = drawSample(seed, count, share);
  return [...drawn.map((row, i) => ({ x: moved.get(i) ?? row.x, y: row.y })), ...added];
}

/** Return the sample with one point moved. */
export function movePoint(sample, index, x) {
  const point = x.map(onGrid);
  if (index >= sample.count) {
    const added = sample.added.with(index - sample.count, {
      ...sample.added[index - sample.count],
      x: point,
    });
    return { ...sample, added };
  }
  return { ...sample, moved: new Map(sample.moved).set(index, point) };
}

/** Return the sample with one more point. */
export function addPoint(sample, x, y) {
  return { ...sample, added: [...sample.added, { x: x.map(onGrid), y }] };
}

/** Return moved and added points as text: "12,1.5,-0.2;+1,2,3" moves row 12 and adds a point. */
export function writePoints({ moved, added }) {
  const texts = [...moved].map(([index, x]) => [index, ...x].join(","));
  return [...texts, ...added.map(({ x, y }) => [`+${y}`, ...x].join(","))].join(";");
}

/** Read the text of `writePoints`. Entries that are not valid are left out. */
function readPoints(text, count) {
  const moved = new Map();
  const added = [];
  for (const entry of text.split(";")) {
    const [head, ...coordinates] = entry.split(",");
    const x = coordinates.map((coordinate) => onGrid(Number.parseFloat(coordinate)));
    if (x.length !== 2 || x.some(Number.isNaN)) {
      continue;
    }
    if (head === "+0" || head === "+1") {
      added.push({ x, y: Number(head) });
    } else if (/^\d+$/.test(head) && Number(head) < count) {
      moved.set(Number(head), x);
    }
  }
  return { moved, added };
}
