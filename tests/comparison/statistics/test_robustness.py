"""Spread over seeds, and sensitivity to hyperparameters."""

import json

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, compare_tables, make_table
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.robustness import parameter_sensitivity, seed_spread

LOG_LOSS = [METRICS["log_loss"]]


def frame(values, n_classes=2):
    """Scores of one method, an array of shape (n_data_sets, n_repeats, n_folds)."""
    records = [
        {
            "data_set": f"set {place[0]}",
            "method": "m",
            "repeat": place[1],
            "fold": place[2],
            "n_classes": n_classes,
            "log_loss": value,
        }
        for place, value in np.ndenumerate(values)
    ]
    return pd.DataFrame(records)


def test_the_spread_over_seeds_is_that_of_the_means_of_the_repeats():
    values = np.random.default_rng(0).normal(size=(1, 4, 3))
    found = seed_spread(frame(values), LOG_LOSS).iloc[0]
    assert found["over_seeds"] == pytest.approx(values[0].mean(axis=1).std(ddof=1))
    assert found["over_folds"] == pytest.approx(values[0].std(axis=1, ddof=1).mean())


def test_differences_between_data_sets_are_not_spread():
    values = np.arange(5.0)[:, np.newaxis, np.newaxis] * np.ones((1, 3, 2))
    found = seed_spread(frame(values), LOG_LOSS).iloc[0]
    assert (found["over_seeds"], found["over_folds"]) == (0, 0)


def test_data_sets_with_a_failure_are_left_out_of_the_spread():
    values = np.random.default_rng(0).normal(size=(3, 4, 3))
    expected = seed_spread(frame(values[:2]), LOG_LOSS)
    values[2, 0, 0] = np.nan
    pd.testing.assert_frame_equal(seed_spread(frame(values), LOG_LOSS), expected)


def test_one_repeat_has_no_spread_over_seeds():
    found = seed_spread(frame(np.random.default_rng(0).normal(size=(2, 1, 3))), LOG_LOSS).iloc[0]
    assert np.isnan(found["over_seeds"])
    assert found["over_folds"] > 0


def test_metrics_that_apply_to_no_data_set_are_left_out():
    scores = frame(np.zeros((1, 2, 2)), n_classes=3)
    found = seed_spread(scores, [METRICS["f1_tuned"], *LOG_LOSS])
    assert set(found["metric"]) == {"log_loss"}


@pytest.fixture(scope="module")
def comparison(mixed_frame, small_methods):
    tables = [make_table(*mixed_frame(seed=seed), name=f"set {seed}") for seed in (0, 1)]
    return compare_tables(tables, methods=small_methods, cv=2, repeats=2)


def test_the_chosen_value_has_the_best_score_of_its_profile(comparison):
    grids = {"logistic": {"C": (0.1, 1.0)}, "focal (raw)": dict(comparison.methods[1].grid)}
    rows = comparison.scores[comparison.scores["method"].isin(grids)]
    assert len(rows) == 16
    for method, params, profiles in zip(
        rows["method"], rows["params"], rows["tuning_profiles"], strict=True
    ):
        chosen, best = json.loads(params), json.loads(profiles)
        assert best.keys() == chosen.keys()
        tops = {max(profile) for profile in best.values()}
        assert len(tops) == 1
        for name, value in chosen.items():
            place = grids[method][name].index(value)
            assert best[name][place] == max(best[name])


def test_sensitivity_is_the_mean_loss_of_every_value(comparison):
    found = comparison.sensitivity().set_index(["method", "parameter", "value"]).sort_index()
    rows = comparison.scores[comparison.scores["method"] == "focal (recovered)"]
    gamma = np.array([json.loads(text)["gamma"] for text in rows["tuning_profiles"]])
    losses = gamma.max(axis=1, keepdims=True) - gamma
    assert found.loc[("focal", "gamma", "0.0"), "loss"] == pytest.approx(losses[:, 0].mean())
    assert found.loc[("focal", "gamma", "2.0"), "loss"] == pytest.approx(losses[:, 1].mean())
    assert found.loc[("focal", "gamma"), "worst"].to_numpy() == pytest.approx(
        losses.max(axis=1).mean()
    )
    assert (found["loss"] >= 0).all()
    assert (found["loss"] <= found["worst"] + 1e-12).all()


def test_a_method_that_always_failed_has_no_sensitivity(mixed_frame, failing_method):
    table = make_table(*mixed_frame(), name="t")
    comparison = compare_tables([table], methods=[failing_method], cv=2, repeats=1)
    assert set(comparison.sensitivity()["method"]) == {"logistic"}
    nothing = parameter_sensitivity(comparison.scores, [failing_method])
    assert list(nothing) == list(comparison.sensitivity())
    assert nothing.empty


def test_every_parameter_of_every_method_is_varied_alone(mixed_frame):
    table = make_table(*mixed_frame(), name="t")
    found = compare_tables([table], methods=["focal"], cv=2, repeats=1).sensitivity()
    counts = found[found["method"] == "focal"].groupby("parameter").size().to_dict()
    assert counts == {name: len(values) for name, values in METHODS["focal"].grid.items()}
