"""Twelve claims, in words; no verdict is written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.claims.estimates import Verdict, combined
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.judges import (
    Part,
    judge_alpha,
    judge_calibration,
    judge_cost,
    judge_exactness,
    judge_gain,
    judge_gamma,
    judge_mining,
    judge_noise,
    judge_overhead,
    judge_sampling,
    judge_sensitivity,
    judge_stability,
)

__all__ = ["CLAIMS", "Claim"]


class Claim(NamedTuple):
    """A claim in words, and what judges it."""

    text: str
    judge: Callable[[Evidence], Iterator[Part]]

    def verdict(self, evidence: Evidence) -> Verdict:
        """Judge the claim by its parts."""
        return combined(part.verdict for part in self.judge(evidence))


CLAIMS = (
    Claim("Computing focal loss adds under 5 % to the cost of cross-entropy.", judge_cost),
    Claim(
        "Training is more stable with focal loss and class weights than with resampling and SMOTE.",
        judge_stability,
    ),
    Claim(
        "Class weights are the least sensitive to their hyperparameters, focal loss is in the "
        "middle, resampling and SMOTE are the most sensitive.",
        judge_sensitivity,
    ),
    Claim(
        "Focal loss often improves calibration; class weights can worsen it; with resampling and "
        "SMOTE it varies.",
        judge_calibration,
    ),
    Claim(
        "Class weights cost next to nothing; random over-sampling and SMOTE cost much.",
        judge_overhead,
    ),
    Claim(
        "On imbalanced data focal loss significantly beats cross-entropy; on balanced data they "
        "are alike.",
        judge_gain,
    ),
    Claim(
        "γ = 2 is a good standard and useful values lie from .5 to 5; too large a γ is unstable "
        "where rows are ambiguous.",
        judge_gamma,
    ),
    Claim("α matters less than γ.", judge_alpha),
    Claim(
        "At γ = 0 focal loss is cross-entropy exactly; at γ = 2 a row of probability .9 is scaled "
        "by .01 and one of .1 by .81.",
        judge_exactness,
    ),
    Claim("Under extreme imbalance focal loss should be combined with sampling.", judge_sampling),
    Claim(
        "Wrongly labelled rows are artificially hard, and focal loss focuses on them too much.",
        judge_noise,
    ),
    Claim(
        "Focal loss acts as soft hard-example mining; label smoothing, temperature scaling and "
        "Platt scaling are its rivals for calibration.",
        judge_mining,
    ),
)
"""In the order in which they are numbered."""
