"""The answer in words, and that it follows from the numbers."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, Method, compare_tables, make_table
from skfocal.comparison.report.answer import (
    chosen_values,
    findings,
    focusing,
    format_p,
    join_names,
)
from skfocal.comparison.report.tables import ranking_cells
from skfocal.comparison.report.text import ranking_text

GRID = {
    "focal": {"gamma": (0.0, 2.0)},
    "focal_alpha": {"gamma": (0.0, 2.0), "alpha": (None, "balanced")},
}
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def comparisons(evil_comparisons):
    return evil_comparisons


@pytest.fixture(params=["several", "single"])
def comparison(request, evil_comparisons):
    return evil_comparisons[request.param]


def altered(comparison, monkeypatch, **values):
    """Give the methods other results in the summary."""
    summary = comparison.summary()
    for method, changes in values.items():
        for key, value in changes.items():
            summary.loc[summary["method"] == method, key] = value
    monkeypatch.setattr(comparison, "summary", lambda: summary)
    return {finding.subject: finding.text for finding in findings(comparison)}


def test_the_answer_names_what_is_significantly_better_or_worse(comparisons, monkeypatch):
    names = ["class_weight", "focal (recovered)", "focal (raw)"]
    size = {"difference": 0.25, "difference_low": 0.1, "difference_high": 0.3}
    none = {
        name: {"p_value": 0.1 + place / 100, "p_holm": 0.2, "direction": 1, **size}
        for place, name in enumerate(names)
    }
    answer = altered(comparisons["single"], monkeypatch, **none)["Ranking"]
    assert answer == (
        "By average precision, no method differed significantly from logistic: class_weight "
        "+0.250 [+0.100 to +0.300] came nearest, p = .200 corrected for 3 methods."
    )

    unknown = {"difference_low": np.nan, "difference_high": np.nan}
    worse = {"p_holm": 0.01, "direction": -1, "difference": -0.1234, **unknown}
    worse = {**none, "class_weight": worse}
    answer = altered(comparisons["several"], monkeypatch, **worse)["Ranking"]
    assert answer == (
        f"By average precision, significantly worse than logistic: class_weight {MINUS}0.123, "
        "none significantly better (median differences, 95 % intervals)."
    )

    better = {"p_holm": 0.04, "direction": 1, "difference": np.nan}
    mixed = {**worse, "focal (raw)": better, "focal (recovered)": {**better, **size}}
    answer = altered(comparisons["several"], monkeypatch, **mixed)["Probabilities"]
    assert answer == (
        "By log loss, significantly better than logistic: focal (recovered) +0.250 [+0.100 to "
        f"+0.300] and focal (raw), significantly worse than logistic: class_weight {MINUS}0.123 "
        "(median differences, 95 % intervals)."
    )


def test_the_answer_is_three_sentences(comparison):
    answer = findings(comparison)
    assert [finding.subject for finding in answer] == ["Ranking", "Probabilities", "Decisions"]
    for finding in answer:
        assert finding.text.startswith("By ")
        assert finding.text.count(". ") == 0
        assert finding.text.endswith(".")


def test_many_methods_are_counted_after_those_that_differ_most(comparisons, monkeypatch):
    summary = comparisons["several"].summary()
    row = summary[(summary["metric"] == "log_loss") & (summary["method"] == "class_weight")]
    more = [row.assign(method=f"m{size}", difference=size / 100) for size in range(1, 8)]
    made_up = pd.concat([summary, *more], ignore_index=True)
    found = made_up["method"].str.fullmatch("m[0-9]")
    made_up.loc[found, ["p_holm", "direction"]] = [0.001, -1]
    monkeypatch.setattr(comparisons["several"], "summary", lambda: made_up)
    answer = {one.subject: one.text for one in findings(comparisons["several"])}
    assert (
        "logistic: m7 +0.070, m6 +0.060, m5 +0.050, m4 +0.040 and 3 more"
        in (answer["Probabilities"])
    )


def test_the_answer_does_not_judge_what_could_not_be_tested(comparisons, monkeypatch):
    nothing = {name: {"p_holm": np.nan} for name in comparisons["single"].scores["method"]}
    answer = altered(comparisons["single"], monkeypatch, **nothing)["Ranking"]
    assert answer == "By average precision, nothing could be tested: see the failures."


def test_the_answer_says_when_there_are_too_few_data_sets(comparisons):
    answers = {finding.subject: finding.text for finding in findings(comparisons["several"])}
    assert "2 data sets are too few for a test of 3 methods to show one" in answers["Ranking"]


def test_the_answer_tells_how_often_focusing_was_declined(comparison):
    shares = chosen_values(comparison)["focal"]["gamma"]
    assert sum(shares.values()) == pytest.approx(1)
    assert f"in {100 * shares['0.0']:.0f} % of the folds of focal." in focusing(comparison)
    assert focusing(comparison) in ranking_text(comparison)


@pytest.mark.slow
def test_every_focal_method_is_told_of_and_no_other_gamma(mixed_frame):
    class Other(LogisticRegression):
        def __init__(self, *, gamma=0.05):
            super().__init__()
            self.gamma = gamma

    other = Method("kernel", "Its gamma is no focus.", Other(), {"gamma": (0.0, 0.05)})
    methods = [replace(METHODS[name], grid=GRID[name]) for name in ("focal", "focal_alpha")]
    table = make_table(*mixed_frame(), name="t")
    comparison = compare_tables([table], methods=[other, *methods], cv=2, repeats=1)
    assert list(chosen_values(comparison)) == ["focal", "focal_alpha"]
    assert re.fullmatch(
        r"Tuning .* in \d+ % of the folds of focal and \d+ % of the folds of focal_alpha\.",
        focusing(comparison),
    )
    alone = compare_tables([table], methods=[other], cv=2, repeats=1)
    assert focusing(alone) == ""


@pytest.mark.slow
def test_the_answer_says_on_how_many_data_sets_a_metric_is_measured(mixed_frame):
    X, y = mixed_frame()
    three = np.where(np.arange(len(y)) % 3 == 0, "other", y)
    tables = [make_table(X, y, name="two"), make_table(X, three, name="three")]
    comparison = compare_tables(tables, methods=["class_weight"], cv=2, repeats=1)
    decisions = next(one.text for one in findings(comparison) if one.subject == "Decisions")
    tuned = decisions.partition("; by ")[2]
    assert tuned.startswith("F1 at the chosen threshold on the one data set of two classes, ")
    assert "too few" not in tuned
    assert "median" not in tuned
    assert "on the" not in decisions.partition("; by ")[0]
    cells = [cell for row in ranking_cells(comparison).values() for cell in row.values()]
    assert not [cell for cell in cells if "nan" in cell.interval]


@pytest.mark.slow
def test_the_answer_counts_the_data_sets_that_a_difference_leaves_out(mixed_frame):
    """A method that is better where it works, and fails more often, is worse."""

    class Rare(LogisticRegression):
        def fit(self, X, y):
            if len(y) < 60:
                raise RuntimeError("too few rows")
            return super().fit(X, y)

    tables = [
        make_table(*mixed_frame(n_samples=200 if seed == 0 else 80, seed=seed), name=f"t{seed}")
        for seed in range(7)
    ]
    plain = Method("plain", "Plain.", LogisticRegression(), {"C": (1.0,)})
    rare = Method("rare", "Often fails.", Rare(C=0.5), {"fit_intercept": (True,)})
    settings = {"baseline": "plain", "metrics": ["log_loss"], "cv": 2, "repeats": 1}
    comparison = compare_tables(tables, methods=[plain, rare], **settings)
    (answer,) = findings(comparison)
    assert re.search(r"significantly worse than plain: rare \S+ \(failed on 6\)", answer.text)
    turned = compare_tables(tables, methods=[plain, rare], **{**settings, "baseline": "rare"})
    (answer,) = findings(turned)
    assert "significantly better than rare (failed on 6): plain " in answer.text


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [(0.0001, "< .001"), (0.0234, "= .023"), (0.9994, "> .999"), (1.0, "> .999")],
)
def test_p_values_are_written_as_they_are_read(p_value, expected):
    assert format_p(p_value) == expected


def test_names_are_joined_as_in_a_sentence():
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b", "c"]) == "a, b and c"
