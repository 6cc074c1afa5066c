"""Fit time and memory of focal loss beside scikit-learn's cross-entropy."""
