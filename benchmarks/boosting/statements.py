"""Statements about boosted trees with class-balanced losses, each with a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.boosting.comparisons import LIBRARIES, scores_of
from benchmarks.publishing import MeasuredTable
from benchmarks.verdicts import Claim, Statement, median

RECOVERED, RAW = "_focal (recovered)", "_focal (raw)"
WEIGHTED, CORRECTED = "_weighted", "_weighted_corrected"


class Difference(NamedTuple):
    """A claim about the difference of two methods in a metric, for every library."""

    text: str
    metric: str
    method: str
    other: str
    is_lower: bool = False
    """Whether the claim is that the difference is negative."""


CLAIMS = (
    Difference("Focal loss ranks better than log loss", "average_precision", RECOVERED, ""),
    Difference("Class weights rank better than none", "average_precision", WEIGHTED, ""),
    Difference("Focal loss has a better default F1 than log loss", "f1_default", RECOVERED, ""),
    Difference("Class weights have a better default F1 than none", "f1_default", WEIGHTED, ""),
    Difference("Focal loss has a better tuned F1 than log loss", "f1_tuned", RECOVERED, ""),
    Difference("Class weights have a better tuned F1 than none", "f1_tuned", WEIGHTED, ""),
    Difference(
        "Focal loss, recovered, has a lower log loss than log loss itself",
        *("log_loss", RECOVERED, "", True),
    ),
    Difference(
        "Recovering the posterior lowers the log loss of focal loss",
        *("log_loss", RECOVERED, RAW, True),
    ),
    Difference(
        "Recovering the posterior lowers the calibration error of focal loss",
        *("calibration_error", RECOVERED, RAW, True),
    ),
    Difference("Class weights raise the log loss", "log_loss", WEIGHTED, ""),
    Difference(
        "Prior correction lowers the log loss of class weights",
        *("log_loss", CORRECTED, WEIGHTED, True),
    ),
)


def judge(results: MeasuredTable) -> Iterator[Claim]:
    """Judge every claim by the median difference over the data sets, for each library."""
    for claim in CLAIMS:
        statements = []
        for library in LIBRARIES:
            table = scores_of(results, library, claim.metric)
            method, other = f"{library}{claim.method}", f"{library}{claim.other}"
            estimate = median(table[method] - table[other])
            statements.append(Statement(library, estimate, "<" if claim.is_lower else ">"))
        verdicts = tuple(one.verdict for one in statements)
        yield Claim(claim.text, verdicts, {"metric": claim.metric, "statements": statements})
