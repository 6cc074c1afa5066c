"""The answer in words follows from the numbers."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, Method, compare_tables, make_table
from skfocal.comparison.report.answer import answer, describe_focusing, format_p, join_names
from skfocal.comparison.report.table_cells import ranking_cells
from skfocal.comparison.report.text import ranking_text

GRID = {
    "focal": {"gamma": (0.0, 2.0)},
    "focal_alpha": {"gamma": (0.0, 2.0), "alpha": (None, "balanced")},
}
MINUS = "\N{MINUS SIGN}"
NAMES = ["class_weight", "focal (recovered)", "focal (raw)"]
SIZE = {"difference": 0.25, "difference_low": 0.1, "difference_high": 0.3}
UNKNOWN = {"difference_low": np.nan, "difference_high": np.nan}
UNCLEAR = {name: {"p_value": 0.1, "p_holm": 0.2, "direction": 1, **SIZE} for name in NAMES}
WORSE = {"p_holm": 0.01, "direction": -1, "difference": -0.1234, **UNKNOWN}
BETTER = {"p_holm": 0.04, "direction": 1}


@pytest.fixture
def comparisons(evil_comparisons):
    return evil_comparisons


@pytest.fixture(params=["several", "single"])
def comparison(request, evil_comparisons):
    return evil_comparisons[request.param]


@pytest.fixture
def answer_for(monkeypatch):
    """Return a function of (comparison, results by method) for the statements by subject."""

    def with_results(comparison, values):
        summary = comparison.summary()
        for method, changes in values.items():
            for key, value in changes.items():
                summary.loc[summary["method"] == method, key] = value
        monkeypatch.setattr(comparison, "summary", lambda: summary)
        return {statement.subject: statement.text for statement in answer(comparison)}

    return with_results


@pytest.fixture
def many_folds(comparisons, monkeypatch):
    """Let the single comparison have been made with as many folds as a verdict needs."""
    settings = replace(comparisons["single"].settings, repeats=5)
    monkeypatch.setattr(comparisons["single"], "settings", settings)


@pytest.mark.usefixtures("many_folds")
def test_without_a_significant_difference_the_smallest_p_value_is_named(comparisons, answer_for):
    nearest = {**UNCLEAR["focal (raw)"], "p_value": 0.01, "p_holm": 0.1}
    text = answer_for(comparisons["single"], {**UNCLEAR, "focal (raw)": nearest})["Ranking"]
    assert "focal (raw) +0.250 [+0.100 to +0.300]" in text
    assert "which is better, with p = .100" in text
    assert "class_weight" not in text


@pytest.mark.usefixtures("many_folds")
def test_the_nearest_method_may_be_worse_and_is_called_so(comparisons, answer_for):
    nearest = {**UNCLEAR["focal (raw)"], "p_value": 0.01, "p_holm": 0.1, "direction": -1}
    text = answer_for(comparisons["single"], {**UNCLEAR, "focal (raw)": nearest})["Ranking"]
    assert "is focal (raw) +0.250 [+0.100 to +0.300], which is worse, with p" in text


def test_two_folds_cannot_tell_and_name_no_method(comparisons, answer_for):
    text = answer_for(comparisons["single"], UNCLEAR)["Ranking"]
    assert "2 test folds" in text
    assert not [name for name in NAMES if name in text]


def test_significant_methods_are_named_by_direction_with_their_sizes(comparisons, answer_for):
    values = {
        **UNCLEAR,
        "class_weight": WORSE,
        "focal (raw)": {**BETTER, "difference": np.nan},
        "focal (recovered)": {**BETTER, **SIZE},
    }
    text = answer_for(comparisons["several"], values)["Probabilities"]
    assert "better than logistic: focal (recovered) +0.250 [+0.100 to +0.300] and focal (raw)," in (
        text
    )
    assert f"worse than logistic: class_weight {MINUS}0.123" in text


def test_methods_that_are_only_worse_are_not_called_better(comparisons, answer_for):
    text = answer_for(comparisons["several"], {**UNCLEAR, "class_weight": WORSE})["Ranking"]
    assert "better than" not in text
    assert "worse than logistic: class_weight" in text
    assert "focal" not in text


def test_each_aspect_has_one_sentence(comparison):
    statements = answer(comparison)
    assert [one.subject for one in statements] == ["Ranking", "Probabilities", "Decisions"]
    assert all(one.text.count(". ") == 0 and one.text.endswith(".") for one in statements)


def test_many_methods_are_counted_after_those_that_differ_most(comparisons, monkeypatch):
    summary = comparisons["several"].summary()
    row = summary[(summary["metric"] == "log_loss") & (summary["method"] == "class_weight")]
    more = [row.assign(method=f"m{size}", difference=size / 100) for size in range(1, 8)]
    made_up = pd.concat([summary, *more], ignore_index=True)
    found = made_up["method"].str.fullmatch("m[0-9]")
    made_up.loc[found, ["p_holm", "direction"]] = [0.001, -1]
    monkeypatch.setattr(comparisons["several"], "summary", lambda: made_up)
    text = {one.subject: one.text for one in answer(comparisons["several"])}["Probabilities"]
    assert "m7 +0.070, m6 +0.060, m5 +0.050, m4 +0.040 and 3 more" in text


def test_no_method_is_judged_if_nothing_could_be_tested(comparisons, answer_for):
    nothing = {name: {"p_holm": np.nan} for name in comparisons["single"].scores["method"]}
    text = answer_for(comparisons["single"], nothing)["Ranking"]
    assert not [name for name in NAMES if name in text]


def test_two_data_sets_are_too_few_to_name_a_method(comparisons):
    text = {one.subject: one.text for one in answer(comparisons["several"])}["Ranking"]
    assert "too few" in text
    assert not [name for name in NAMES if name in text]


def test_the_share_of_folds_without_focusing_is_stated(comparison):
    shares = comparison.chosen_values()["focal"]["gamma"]
    assert sum(shares.values()) == pytest.approx(1)
    text = describe_focusing(comparison)
    assert f"{100 * shares['0.0']:.0f} %" in text
    assert text in ranking_text(comparison)


@pytest.mark.slow
def test_only_methods_that_show_gamma_are_described(mixed_frame):
    class Other(LogisticRegression):
        def __init__(self, *, gamma=0.05):
            super().__init__()
            self.gamma = gamma

    other = Method("kernel", "Its gamma is no focus.", Other(), {"gamma": (0.0, 0.05)})
    methods = [replace(METHODS[name], grid=GRID[name]) for name in ("focal", "focal_alpha")]
    table = make_table(*mixed_frame(), name="t")
    comparison = compare_tables([table], methods=[other, *methods], cv=2, repeats=1)
    assert list(comparison.chosen_values()) == ["focal", "focal_alpha"]
    text = describe_focusing(comparison)
    assert "of focal and" in text
    assert "of focal_alpha" in text
    assert "kernel" not in text
    alone = compare_tables([table], methods=[other], cv=2, repeats=1)
    assert describe_focusing(alone) == ""


@pytest.mark.slow
def test_metrics_that_apply_to_one_data_set_are_tested_within_it(mixed_frame):
    X, y = mixed_frame()
    three = np.where(np.arange(len(y)) % 3 == 0, "other", y)
    tables = [make_table(X, y, name="two"), make_table(X, three, name="three")]
    comparison = compare_tables(tables, methods=["class_weight"], cv=3, repeats=1)
    decisions = next(one.text for one in answer(comparison) if one.subject == "Decisions")
    default, _, tuned = decisions.partition("; by ")
    assert "only binary data set" in tuned
    assert "only binary data set" not in default
    assert "too few" not in tuned
    cells = [cell for row in ranking_cells(comparison).values() for cell in row.values()]
    assert not [cell for cell in cells if "nan" in cell.interval]


@pytest.mark.slow
def test_the_answer_counts_the_data_sets_on_which_a_method_failed(mixed_frame):
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
    (statement,) = answer(comparison)
    assert re.search(r"worse than plain: rare \S+ \(failed on 6\)", statement.text)
    turned = compare_tables(tables, methods=[plain, rare], **{**settings, "baseline": "rare"})
    (statement,) = answer(turned)
    assert "better than rare (failed on 6): plain " in statement.text


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [(0.0001, "< .001"), (0.0234, "= .023"), (0.9994, "> .999"), (1.0, "> .999")],
)
def test_p_values_have_a_relation_sign(p_value, expected):
    assert format_p(p_value) == expected


def test_names_are_joined_with_commas_and_and():
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b", "c"]) == "a, b and c"
