/** Text fields to values. Each function returns { value } or { error }, a message for the user. */

/** Differences of larger logits are infinite. */
const LARGEST_LOGIT = 1e300;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function toNumber(text) {
  const plain = text.trim().replace("−", "-");
  const value = NUMBER.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

function toNumbers(text) {
  return text.split(",").map(toNumber);
}

function quote(text) {
  return text.trim() === "" ? "nothing" : `“${text.trim()}”`;
}

/** Read the logits of all classes. */
export function parseLogits(text) {
  const expected = "Enter at least two numbers, separated by commas, such as 2, 0.5, -1.";
  if (text.trim() === "") {
    return { error: `Logits are missing. ${expected}` };
  }
  const value = toNumbers(text);
  const wrong = value.findIndex((logit) => !(Math.abs(logit) <= LARGEST_LOGIT));
  if (wrong >= 0) {
    const got = quote(text.split(",")[wrong]);
    return { error: `Logits must be numbers from −1e300 to 1e300; got ${got}. ${expected}` };
  }
  if (value.length < 2) {
    return { error: `One logit does not define a softmax. ${expected}` };
  }
  return { value };
}

/** Read the index of the true class. */
export function parseTrueClass(text, nClasses) {
  const value = toNumber(text);
  if (Number.isInteger(value) && value >= 0 && value < nClasses) {
    return { value };
  }
  const expected = `an integer from 0 to ${nClasses - 1}, one for each logit`;
  return { error: `The true class must be ${expected}; got ${quote(text)}.` };
}

/** Read gamma. */
export function parseGamma(text) {
  const value = toNumber(text);
  return value >= 0 ? { value } : { error: `γ must be a number ≥ 0; got ${quote(text)}.` };
}

/** Read gammas of further curves, at most four. No text means none. */
export function parseGammas(text) {
  if (text.trim() === "") {
    return { value: [] };
  }
  const value = text
    .trim()
    .split(/[\s,]+/)
    .map(toNumber);
  if (value.every((gamma) => gamma >= 0) && value.length <= 4) {
    return { value };
  }
  return { error: `Enter at most four numbers ≥ 0, such as 0.5 5; got ${quote(text)}.` };
}

/** Read alpha: nothing, one number for two classes, or one weight for each class. */
export function parseWeights(text, nClasses) {
  if (text.trim() === "") {
    return { value: null };
  }
  const value = toNumbers(text);
  if (nClasses === 2 && value.length === 1 && value[0] > 0 && value[0] < 1) {
    return { value: [1 - value[0], value[0]] };
  }
  if (value.length === nClasses && value.every((weight) => weight > 0)) {
    return { value };
  }
  const single = nClasses === 2 ? ", or a single number between 0 and 1 for class 1" : "";
  return {
    error:
      `α must be ${nClasses} numbers > 0, one for each class${single}; got ${quote(text)}. ` +
      "Leave it empty for no class weights.",
  };
}
