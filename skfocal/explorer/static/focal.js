/**
 * Focal loss, its factors and the posterior, as functions of logits.
 *
 * The margin m of a class is log(p / (1 - p)). With sp(m) = log(1 + exp(m)), -log p = sp(-m) and
 * -log(1 - p) = sp(m), so no term is computed from a rounded probability.
 */

/** Return log(1 + exp(t)). */
export function softplus(t) {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}

/** Return 1 / (1 + exp(-z)). */
export function sigmoid(z) {
  return Math.exp(-softplus(-z));
}

/** Return log(p / (1 - p)). */
export function logit(p) {
  return Math.log(p) - Math.log1p(-p);
}

/** Return r(m) = exp(m) log(1 + exp(-m)). Its limits are 0 and 1. */
function ratio(m) {
  const u = Math.exp(-Math.abs(m));
  if (m > 0) {
    return u > 0 ? Math.log1p(u) / u : 1;
  }
  return u * (Math.log1p(u) - m);
}

function logSumExp(values) {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** Return log(q / (1 - q)) for the softmax q of one class. */
function classMargin(logits, k) {
  return logits[k] - logSumExp(logits.filter((_, j) => j !== k));
}

/** Return the factors of the loss of a sample whose true class has the probability p. */
export function lossAt(p, gamma, alpha = 1) {
  const crossEntropy = -Math.log(p);
  const factor = (1 - p) ** gamma;
  return { crossEntropy, factor, loss: alpha * factor * crossEntropy };
}

/** Return the focal loss of a margin, without alpha. */
export function focalLoss(m, gamma) {
  return Math.exp(-gamma * softplus(m)) * softplus(-m);
}

/** Return the absolute first derivative of the focal loss with respect to the margin. */
export function gradientSize(m, gamma) {
  return Math.exp(-(gamma + 1) * softplus(m)) * (1 + gamma * ratio(m));
}

/** Return the second derivative of the focal loss with respect to the margin. */
export function curvature(m, gamma) {
  const q = sigmoid(m);
  return (
    Math.exp(-(gamma + 1) * softplus(m)) *
    (q * (1 + 2 * gamma) + gamma * ratio(m) * ((1 + gamma) * q - 1))
  );
}

/** Return the factors of the focal loss of one sample. `weights` holds alpha for each class. */
export function breakdown(logits, trueClass, gamma, weights = null) {
  const total = logSumExp(logits);
  const m = classMargin(logits, trueClass);
  const alpha = weights ? weights[trueClass] : 1;
  return {
    probabilities: logits.map((z) => Math.exp(z - total)),
    pT: sigmoid(m),
    crossEntropy: softplus(-m),
    factor: Math.exp(-gamma * softplus(m)),
    alpha,
    loss: alpha * focalLoss(m, gamma),
  };
}

/** Return the class probabilities for logits that minimise focal loss. */
export function posterior(logits, gamma, weights = null) {
  const scores = logits.map((_, k) => {
    const m = classMargin(logits, k);
    return gamma * softplus(m) - softplus(-m) - Math.log1p(gamma * ratio(m));
  });
  const largest = Math.max(...scores);
  const shares = scores.map((score, k) => {
    // Both may be infinite.
    const share = score === largest ? 1 : Math.exp(score - largest);
    return share / (weights ? weights[k] : 1);
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Return the logit of the posterior of class 1, for two classes and the logit of class 1. */
export function posteriorLogit(z, gamma, weights = [1, 1]) {
  const weighted = (1 + gamma) * z + Math.log1p(gamma * ratio(-z)) - Math.log1p(gamma * ratio(z));
  return weighted - Math.log(weights[1] / weights[0]);
}

/** Return the logit of class 1 that has a given posterior: the inverse of `posteriorLogit`. */
export function logitOfPosterior(p, gamma, weights = [1, 1]) {
  // The posterior is further from 1/2 than the sigmoid, so the weighted logit bounds the result.
  const target = logit(p) + Math.log(weights[1] / weights[0]);
  let [low, high] = [Math.min(target, 0), Math.max(target, 0)];
  for (let step = 0; step < 200 && low < high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) {
      break;
    }
    if (posteriorLogit(middle, gamma) < target) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/** Return the weights of class 0 and class 1 for alpha, the weight of class 1, or null. */
export function binaryWeights(alpha) {
  return alpha === null ? [1, 1] : [1 - alpha, alpha];
}
