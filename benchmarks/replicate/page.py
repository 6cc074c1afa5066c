"""The page of the simulation, made from the run's JSON alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from benchmarks import markdown
from benchmarks.replicate.arms import ARMS, PENALTIES
from benchmarks.replicate.chunks import TRUTH
from benchmarks.replicate.findings import FOCAL_CLAIMS, PUBLISHED_CLAIMS, Finding, findings
from benchmarks.replicate.plots import PLOT, PLOT_ARMS, TITLE
from benchmarks.replicate.published import PUBLISHED
from benchmarks.replicate.simulation import SCENARIOS

__all__ = ["page"]

Report = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]

_COLUMNS = {
    "intercept": "intercept",
    "slope": "slope",
    "auc": "AUC",
    "log_loss": "log loss",
    "brier": "Brier score",
    "calibration_error": "calibration error",
}
_BRIEF = ("intercept", "slope", "auc")
_STUDY = """\
R. van den Goorbergh, M. van Smeden, D. Timmerman and B. Van Calster (2022), "The harm of class
imbalance corrections for risk prediction models: illustration and simulation using logistic
regression", JAMIA 29(9), 1525-1534, [doi:10.1093/jamia/ocac093](https://doi.org/10.1093/jamia/ocac093),
simulated what under-sampling, over-sampling and SMOTE do to logistic regression. This is their
simulation once more, with focal loss added."""
_READING = """\
An intercept below 0 says that risks are overestimated, a slope below 1 that they are too extreme
and one above 1 that they are not extreme enough."""
_JUDGING = """\
A case is a scenario and a penalty (plain or ridge) with an arm. Intervals hold 95 % of the
repetitions. *Beyond chance* is a sign test over the repetitions, at 5 % divided by the number of
cases, on differences from no correction in the same repetition. What is claimed to raise *nothing*,
to be *no* worse, *no* farther or to separate *as well* stands in a case unless that test
contradicts it: differences too small for so many repetitions go unseen. A claim holds if it does so
in all of its cases, and in part if only in some."""
_METHOD = """\
- Predictors are independent standard normal, all of one weight, with the published coefficients,
  which reach the event fraction to within an eighth of it and an AUC of about 0.75. The design is
  full: 3, 6, 12 and 24 predictors, 2,500 and 5,000 training rows, fractions of 0.3, 0.1 and 0.01.
- Plain models have no penalty. The strength of the ridge is chosen by 10-fold cross-validation on
  the log loss, among zero and 13 values from 0.001 to 64 (251 were published), within the
  resampled table, as was published: copies of one row may fall on both sides of a split. For focal
  loss the log loss is that of the recovered probabilities.
- Sampling, until the classes are equal, is imbalanced-learn's, of the training rows only. The
  published implementation of SMOTE stops at a whole multiple of the rare class, which at a
  fraction of 0.3 is short of equal.
- Plain logistic regression is scikit-learn's `LogisticRegression`, ridge
  `FocalLogisticRegressionCV` at γ = 0, which chooses and fits as a grid search over
  `LogisticRegression` does. Focal loss has γ = 2; *with α* means `alpha="balanced"`. *Raw* is the
  sigmoid of its logits (`probability="link"`), *recovered* what `predict_proba` returns by default.
- *Prior corrected* shifts the log-odds by what sampling added to those of the event fraction.
- {n_validation:,} validation rows are drawn for each repetition, where one table of 100,000 was
  published. Each counts as an event with its true risk and as none with the rest, so that chance
  in the outcomes adds nothing: the true risks have an intercept of 0 and a slope of 1.
- Where a plain fit separates the events of its training rows from all others there is no solution,
  and the arm is left out in that repetition. Ridge has one and stays, where the published analysis
  left out both.
- The calibration error is the mean absolute gap in ten bins of equal mass. Probabilities are kept
  1e-12 away from 0 and 1."""


def page(report: Report) -> str:
    """Return the page in Markdown."""
    summary = report["summary"]
    pooled = [row for row in summary if row["n_samples"] is None]
    single = [row for row in summary if row["n_samples"] is not None]
    fractions = dict.fromkeys(row["event_fraction"] for row in pooled)
    parts = [
        "# Imbalance corrections and focal loss, simulated",
        _STUDY,
        _size(report),
        _partial(single),
        "## Is the published direction found?",
        _READING,
        _findings(findings(PUBLISHED_CLAIMS, summary)),
        "## Where focal loss stands",
        _findings(findings(FOCAL_CLAIMS, summary)),
        _JUDGING,
        f"![{TITLE}]({PLOT})",
        "*Medians and 95 % intervals over the repetitions of all scenarios of a fraction.*",
        *(part for fraction in fractions for part in _fraction(pooled, fraction)),
        "## Beside the published figures",
        _published(single),
        "## Every scenario",
        "Median intercept, slope and AUC, of repetitions whose training rows are not separated.",
        *(part for penalty in PENALTIES for part in _scenarios(single, penalty)),
        _separated(single),
        "## How it is done",
        _METHOD.format(n_validation=report["n_validation"]),
        "\n".join(f"- {name}: {version}" for name, version in report["libraries"].items()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _size(report: Report) -> str:
    quick = " --quick" * report["quick"]
    names = "".join(f" --dataset {name}" for name in report["data_sets"])
    command = f"python -m benchmarks replicate{quick}{names}"
    return f"{report['n_repetitions']} repetitions of each scenario: `{command}`."


def _partial(single: Rows) -> str:
    n_found = len({_scenario(row) for row in single})
    if n_found == len(SCENARIOS):
        return ""
    return f"**Only a part of the design: {n_found} of {len(SCENARIOS)} scenarios.**"


def _findings(found: Iterable[Finding]) -> str:
    rows = [[each.claim, each.figures, f"**{each.verdict}**"] for each in found]
    return markdown.table(["claim", "measured", "verdict"], rows)


def _fraction(pooled: Rows, fraction: float) -> Iterable[str]:
    yield f"## Event fraction {fraction:g}"
    rows = [
        [row["penalty"], row["arm"], *(_interval(row, measure) for measure in _COLUMNS)]
        for row in pooled
        if row["event_fraction"] == fraction
    ]
    yield markdown.table(["penalty", "arm", *_COLUMNS.values()], rows)


def _published(single: Rows) -> str:
    """Return the means of the scenarios' medians, as they were published, beside these."""
    rows = []
    for (penalty, arm, fraction), figures in PUBLISHED.items():
        alike = [
            row
            for row in single
            if (row["penalty"], row["arm"], row["event_fraction"]) == (penalty, arm, fraction)
            and row["n_used"]
        ]
        row = [penalty, arm, f"{fraction:g}"]
        for measure, figure in zip(_BRIEF, figures, strict=True):
            medians = [each[measure][1] for each in alike]
            row += [f"{figure:.2f}", f"{fmean(medians):z.2f}" if medians else "-"]
        rows.append(row)
    head = [part for name in _BRIEF for part in (f"{_COLUMNS[name]}, published", "here")]
    text = (
        "Means over the scenarios of a fraction of the medians over repetitions; published are "
        "those of 2,000, in the first report of the same simulation (R. van den Goorbergh, "
        "master's thesis, Utrecht University, 2021, table 4)."
    )
    return f"{text}\n\n{markdown.table(['penalty', 'arm', 'event fraction', *head], rows)}"


def _scenarios(single: Rows, penalty: str) -> Iterable[str]:
    yield f"### {penalty.capitalize()}"
    arms = [arm for arm in ARMS if arm in PLOT_ARMS]
    cells: dict[str, list[str]] = {}
    for row in single:
        if row["penalty"] == penalty and row["arm"] in arms:
            cells.setdefault(_scenario(row), []).append(
                " / ".join(f"{row[measure][1]:z.2f}" for measure in _BRIEF if measure in row) or "-"
            )
    yield markdown.table(
        ["event fraction, predictors, rows", *arms], [[name, *row] for name, row in cells.items()]
    )


def _separated(single: Rows) -> str:
    told = [
        f"{row['n_separated']} of {row['n_separated'] + row['n_used']} at {_scenario(row)} "
        f"({row['penalty']}, {row['arm']})"
        for row in single
        if row["n_separated"]
    ]
    unconverged = sum(row["n_unconverged"] for row in single if row["arm"] != TRUTH)
    return (
        f"Separated training rows: {'; '.join(told) or 'none'}. Forecasts of fits that warned of "
        f"no convergence: {unconverged}."
    )


def _scenario(row: Mapping[str, Any]) -> str:
    return f"{row['event_fraction']:g}, {row['n_predictors']}, {row['n_samples']:,}"


def _interval(row: Mapping[str, Any], measure: str) -> str:
    if measure not in row:
        return "-"
    low, median, high = (f"{value:z.{_digits(measure)}f}" for value in row[measure])
    return f"{median} ({low} to {high})"


def _digits(measure: str) -> int:
    return 2 if measure in {"intercept", "slope"} else 4
