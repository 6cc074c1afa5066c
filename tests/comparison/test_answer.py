"""The answer in words, and that it follows from the numbers."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison.report.answer import (
    chosen_values,
    findings,
    focusing,
    format_p,
    join_names,
)
from skfocal.comparison.report.text import ranking_text

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
    shares = chosen_values(comparison, "gamma")
    assert sum(shares.values()) == pytest.approx(1)
    assert f"in {100 * shares['0.0']:.0f} % of the folds" in focusing(comparison)
    assert focusing(comparison) in ranking_text(comparison)


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [(0.0001, "< .001"), (0.0234, "= .023"), (0.9994, "> .999"), (1.0, "> .999")],
)
def test_p_values_are_written_as_they_are_read(p_value, expected):
    assert format_p(p_value) == expected


def test_names_are_joined_as_in_a_sentence():
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b", "c"]) == "a, b and c"
