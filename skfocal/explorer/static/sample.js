/** A seeded sample of two classes in two dimensions. */

/** Centre of class 1. Class 0 is centred at the origin; both are normal with unit variance. */
const CENTRE = [1.6, 1.1];

/** Both coordinates of every sample lie between these two. */
export const DOMAIN = [-4, 6];

/** Return a generator of uniform numbers in (0, 1): mulberry32. */
export function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** Return a coordinate in the domain, with the two decimals that are displayed. */
export function onGrid(value) {
  return Math.round(100 * Math.min(Math.max(value, DOMAIN[0]), DOMAIN[1])) / 100;
}

/** Return the number of samples of class 1, at least two of each class. */
export function positives(count, share) {
  return Math.min(Math.max(Math.round(count * share), 2), count - 2);
}

/** Return samples { x: [x1, x2], y }, those of class 1 last. */
export function drawSample(seed, count, share) {
  const uniform = uniforms(seed);
  const nPositive = positives(count, share);
  return Array.from({ length: count }, (_, row) => {
    const y = row < count - nPositive ? 0 : 1;
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    const normal = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return { x: normal.map((value, j) => onGrid(value + y * CENTRE[j])), y };
  });
}
