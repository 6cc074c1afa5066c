/** Numbers as text. */

/** Return four significant digits, in scientific notation below 0.0001. */
export function formatNumber(value) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 9999.5 && size < 1e6)) {
    return minus(value.toFixed(0));
  }
  return minus(size >= 1e-4 && size < 1e6 ? value.toPrecision(4) : value.toExponential(3));
}

/** Return a number with a fixed number of decimals. */
export function formatFixed(value, decimals) {
  return minus(value.toFixed(decimals));
}

/** Return the shortest text with at most three decimals: 0.9, 2, 0.125. */
export function formatShort(value) {
  return minus(String(Number(value.toFixed(3))));
}

/** Return a probability in percent. */
export function formatPercent(value) {
  return `${formatShort(100 * value)} %`;
}

/** Return gamma with two decimals, or more if it has more, up to six significant digits. */
export function formatGamma(gamma) {
  const rounded = Number(gamma.toPrecision(6));
  return rounded === Number(rounded.toFixed(2)) ? rounded.toFixed(2) : String(rounded);
}

/** Return how much a modulating factor reduces the loss: "100 times smaller". */
export function formatSuppression(factor) {
  if (factor === 1) {
    return "equal to cross-entropy";
  }
  if (factor === 0) {
    return "zero to rounding";
  }
  const times = (1 / factor).toLocaleString("en-US", { maximumSignificantDigits: 3 });
  return times === "1" ? "nearly equal to cross-entropy" : `${times} times smaller`;
}

/** Return a modulating factor with three decimals, or two significant digits if it is small. */
export function formatFactor(factor) {
  return factor >= 0.001 || factor === 0 ? factor.toFixed(3) : factor.toPrecision(2);
}

function minus(text) {
  return text.replace("-", "−").replace("e−", "e-");
}
