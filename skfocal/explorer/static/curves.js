/** Curves as points, cut at the limit of the axis. */

/** Return `count` equally spaced numbers from `start` to `stop`. */
export function linspace(start, stop, count) {
  return Array.from({ length: count }, (_, i) => start + ((stop - start) * i) / (count - 1));
}

/**
 * Return the pieces of a curve that are at most `limit`, as arrays of points [x, y].
 *
 * A piece that reaches the limit ends exactly there, so a line through its points never leaves the
 * axes.
 */
export function piecesBelow(f, xs, limit) {
  const pieces = [];
  let piece = [];
  let previous = null;
  for (const x of xs) {
    const point = [x, f(x)];
    const inside = point[1] <= limit;
    if (previous && inside !== previous[1] <= limit) {
      piece.push([crossing(f, previous[0], x, limit), limit]);
    }
    if (inside) {
      piece.push(point);
    } else if (piece.length > 0) {
      pieces.push(piece);
      piece = [];
    }
    previous = point;
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}

/** Return where a function crosses a level between two points on different sides of it. */
function crossing(f, start, stop, level) {
  let [low, high] = [start, stop];
  const startsInside = f(start) <= level;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (f(middle) <= level === startsInside) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** Return the part of the line a x + b y = c inside a square from `low` to `high`, or null. */
export function lineInSquare(a, b, c, low, high) {
  const inside = (t) => t >= low - 1e-9 && t <= high + 1e-9;
  const ends = [];
  for (const edge of [low, high]) {
    const y = (c - a * edge) / b;
    const x = (c - b * edge) / a;
    if (inside(y)) {
      ends.push([edge, y]);
    }
    if (inside(x)) {
      ends.push([x, edge]);
    }
  }
  ends.sort((one, other) => one[1] - other[1] || one[0] - other[0]);
  return ends.length < 2 ? null : [ends[0], ends.at(-1)];
}
