"""How predictions are scored: log-probabilities, thresholds and metrics."""
