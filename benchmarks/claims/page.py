"""The page of the claims, made from stored results alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.claims.claims import CLAIMS
from benchmarks.claims.estimates import Estimate, Verdict
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.judges import Part
from benchmarks.datasets import BINARY
from benchmarks.markdown import joined, table
from benchmarks.quality.results import Results
from benchmarks.quality.standing import TWO_CLASSES
from benchmarks.quality.suites import SUITES

__all__ = ["page"]

STATEMENTS = (Verdict.HOLDS, Verdict.NOT_SHOWN, Verdict.FAILS)
_METHOD = """\
- A claim is split into statements that a measurement can contradict. Each is judged by a 95 %
  interval alone: it *holds* where the whole interval lies on the side stated, *does not hold*
  where the whole of it lies on the other, and is *not shown* where it lies on both. A claim
  holds if all its statements do, in part if some do, is not shown if none is decided, and does
  not hold otherwise. The bounds stand in the statements.
- Most figures are one difference or ratio for each data set; what is shown is their centre by
  Hodges and Lehmann with the interval of Wilcoxon's signed-rank test. Shares have the interval of
  Clopper and Pearson. The intervals do not allow for the number of statements: of those that are
  at bottom even, one in twenty will be decided.
- *Tuned* figures, the seconds of claim 5 and the calibration errors come from the
  [quality run](quality.md): {quality} data sets of two classes, whose average over the folds
  counts.
- The *reach* over a parameter is the distance from the worst to the best of four to six values;
  samplers draw anew for each, so that theirs has the chance of a draw in it, as for a user.
- All others come from a run of its own (`python -m benchmarks claims`) on {own} of them,
  {minutes:.1f} minutes of one core: five folds, *C* = 1, one setting changed at a time, test rows
  as they are. Focal loss and class weights draw nothing, so that no seed moves them. *Wrong
  labels*: {noise:.0%} of the positive training rows change labels with as many negative ones.
  *Balanced*: negative rows left out until the classes are of one size."""


def page(quality: Results, own: Mapping[str, Any]) -> str:
    """Return the page in Markdown."""
    evidence = Evidence(quality, own)
    judged = [(claim, list(claim.judge(evidence))) for claim in CLAIMS]
    verdicts = [claim.verdict(evidence) for claim in CLAIMS]
    parts = [
        "# What is said of focal loss",
        _answer(verdicts),
        *_partial(quality, own),
        table(
            ["", "claim", "verdict", *(f"statements: {verdict}" for verdict in STATEMENTS)],
            [
                [str(number), claim.text, f"**{verdict}**", *_counts(found)]
                for number, ((claim, found), verdict) in enumerate(
                    zip(judged, verdicts, strict=True), 1
                )
            ],
        ),
        *(
            f"## {number}. {claim.text}\n\nVerdict: **{verdict}**.\n\n{_statements(found)}"
            for number, ((claim, found), verdict) in enumerate(
                zip(judged, verdicts, strict=True), 1
            )
        ),
        "## How it is judged",
        _how(quality, own),
        *_warnings(own),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(parts: Sequence[Part]) -> list[str]:
    """How many statements have each of the verdicts that a statement may have."""
    counts = Counter(part.verdict for part in parts)
    return [str(counts[verdict]) for verdict in STATEMENTS]


def _answer(verdicts: list[Verdict]) -> str:
    counts = Counter(verdicts)
    told = [f"{counts[verdict]} {_said(verdict, counts[verdict])}" for verdict in Verdict]
    return (
        f"Of {len(verdicts)} claims about focal loss that are often read, {joined(told)}, judged "
        "by linear models on real imbalanced data. Every verdict is computed from the figures "
        "below it."
    )


def _partial(quality: Results, own: Mapping[str, Any]) -> Iterator[str]:
    """Say if data sets are missing, of the quality run or of the claims' own."""
    tuned, alone = len(quality.data_sets(TWO_CLASSES)), len(own["tables"])
    whole = len(SUITES[0].data_sets)
    if tuned < len(BINARY) or alone < whole:
        yield (
            f"**Only a part: {tuned} of {len(BINARY)} data sets of two classes for the tuned "
            f"arms, {alone} of {whole} for the run of its own.**"
        )


def _said(verdict: Verdict, count: int) -> str:
    plural = {
        Verdict.HOLDS: "hold",
        Verdict.IN_PART: "hold in part",
        Verdict.NOT_SHOWN: "are not shown",
        Verdict.FAILS: "do not hold",
    }
    one = "is not shown" if verdict is Verdict.NOT_SHOWN else str(verdict)
    return one if count == 1 else plural[verdict]


def _statements(parts: list[Part]) -> str:
    rows = [
        [what, _figure(estimate), _interval(estimate), str(estimate.count), str(verdict)]
        for what, estimate, verdict in parts
    ]
    return table(["statement", "measured", "95 % interval", "n", "verdict"], rows)


def _figure(estimate: Estimate) -> str:
    return "none" if np.isnan(estimate.value) else _digits(estimate.value)


def _interval(estimate: Estimate) -> str:
    if estimate.low == estimate.high:
        return "exact"
    if np.isinf(estimate.high):
        return "too few for one"
    return f"{_digits(estimate.low)} to {_digits(estimate.high)}"


def _digits(value: float) -> str:
    small = value != 0 and abs(value) < 1e-3
    return (f"{value:.1e}" if small else f"{value:.3g}").replace("-", "−")


def _how(quality: Results, own: Mapping[str, Any]) -> str:
    return _METHOD.format(
        quality=len(quality.data_sets(TWO_CLASSES)),
        own=len(own["tables"]),
        minutes=own["minutes"],
        noise=own["noise"],
    )


def _warnings(own: Mapping[str, Any]) -> Iterator[str]:
    """Tell where a fit of the own run warned."""
    told = [
        f"- {name}: {' '.join(text.split())}"
        for name, one in own["tables"].items()
        for text in one["warnings"]
    ]
    if told:
        yield "## Warnings of its own run"
        yield "\n".join(told)
