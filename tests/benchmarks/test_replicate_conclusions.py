"""Verdicts of the simulation follow from its summary."""

import numpy as np
import pandas as pd

from benchmarks.publishing import RESULTS
from benchmarks.replicate.conclusions import ABOUT_FOCAL_LOSS, PUBLISHED, beyond_chance, conclude
from benchmarks.replicate.forecasts import CORRECTIONS, METHODS, NONE, PENALTIES
from benchmarks.replicate.scores import SCORES
from benchmarks.replicate.simulation import SCENARIOS
from benchmarks.replicate.summary import TRUTH, summarize

N_REPETITIONS = 20
CASES = [scenario for scenario in SCENARIOS if scenario.quick and scenario.n_predictors == 3]


def summary_of(change):
    """Summarize repetitions in which methods differ by `change` alone."""
    same = dict.fromkeys(SCORES, 0.5) | {"intercept": 0.0, "slope": 1.0}
    rows = [
        {
            "event_fraction": scenario.event_fraction,
            "n_predictors": scenario.n_predictors,
            "n_samples": scenario.n_samples,
            "repetition": repetition,
            "penalty": penalty,
            "method": method,
            "separated": False,
            "converged": True,
            **same,
            **change(method, repetition, scenario.event_fraction),
        }
        for scenario in CASES
        for repetition in range(N_REPETITIONS)
        for penalty, method in [("", TRUTH), *((p, m) for m in METHODS for p in PENALTIES)]
    ]
    return summarize(pd.DataFrame(rows))


def verdicts(change):
    summary = summary_of(change)
    published, focal = (conclude(claims, summary) for claims in (PUBLISHED, ABOUT_FOCAL_LOSS))
    return [str(one.verdict) for one in published.values()], {
        name: str(one.verdict) for name, one in focal.items()
    }


def test_verdicts_are_as_published_where_corrections_do_harm():
    def harm(method, repetition, event_fraction):
        if method in CORRECTIONS:
            intercept = np.log(event_fraction) + 0.001 * repetition
            return {"intercept": intercept, "slope": 0.6, "auc": 0.4}
        return {"intercept": 0.01 * (repetition - 10)}

    published, focal = verdicts(harm)
    assert published == ["holds"] * 5
    assert focal["raw"] == "holds"
    assert focal["higher AUC"] == "does not hold"


def test_verdicts_reverse_where_corrections_help():
    def improve(method, *_):
        better = {"auc": 0.9, "sensitivity_half": 0.9, "slope": 1.1}
        return better if method in CORRECTIONS else {}

    assert verdicts(improve)[0] == ["does not hold"] * 5


def test_verdicts_on_focal_loss_follow_the_figures():
    def worsen(method, _, event_fraction):
        if "focal" not in method:
            return {}
        auc = 0.7 if event_fraction == 0.01 else 0.4
        return {"intercept": -0.3, "slope": 0.8, "log_loss": 0.6, "auc": auc}

    _, focal = verdicts(worsen)
    assert focal.pop("higher AUC") == "holds in part"
    assert set(focal.values()) == {"does not hold"}


def test_a_slope_is_farther_from_one_only_beyond_chance():
    def farther(method, repetition, _):
        return {"slope": 1 + (0.11 if "focal" in method else 0.1) * (-1) ** repetition}

    def noise(method, repetition, _):
        nearer = "focal" in method and repetition < N_REPETITIONS * 0.4
        return {"slope": 0.95 if nearer else 0.89 if "focal" in method else 0.9}

    assert verdicts(farther)[1]["slope"] == "does not hold"
    assert verdicts(noise)[1]["slope"] == "holds"


def test_a_sign_test_grows_stricter_with_the_number_of_cases():
    assert beyond_chance(28, 40, n_cases=6)  # one-sided p-value of 0.0083
    assert not beyond_chance(28, 40, n_cases=7)
    assert not beyond_chance(12, 40, n_cases=1)


def test_separated_fits_are_counted_and_left_out():
    def separate(method, repetition, _):
        if method == "under-sampling" and repetition < 5:
            return {"separated": True, "intercept": -30.0}
        return {}

    summary = summary_of(separate)
    found = summary[(summary["method"] == "under-sampling") & summary["n_samples"].notna()]
    assert set(found["n_used"]) == {N_REPETITIONS - 5}
    assert set(found["n_separated"]) == {5}
    assert (found[["intercept_low", "intercept_high"]] == 0).all(axis=None)


def test_gains_are_paired_within_a_repetition():
    def drift(method, repetition, _):
        return {"auc": 0.5 + 0.01 * repetition + (0.002 if method == "SMOTE" else 0.0)}

    summary = summary_of(drift)
    smote = summary[summary["method"] == "SMOTE"]
    np.testing.assert_allclose(smote[["auc_gain_low", "auc_gain_high"]], 0.002, rtol=1e-9)
    assert (smote["n_auc_gain_positive"] == smote["n_used"]).all()
    assert summary.loc[summary["method"] == TRUTH, "auc_gain_median"].isna().all()


def test_a_summary_has_the_columns_and_the_order_of_the_published_one():
    published = pd.read_csv(RESULTS / "replicate.csv").astype({"n_samples": "Int64"})
    published["n_predictors"] = published["n_predictors"].astype("Int64")
    summary = summary_of(lambda *_: {})
    assert list(summary) == list(published)
    shapes = [one.dropna(subset="n_samples") for one in (summary, published)]
    keys = ["event_fraction", "n_predictors", "n_samples", "penalty", "method"]
    found, expected = (one[keys].fillna("").astype(str).to_numpy().tolist() for one in shapes)
    assert found
    assert found == [place for place in expected if place in found]


def test_the_figures_of_the_publication_are_of_methods_that_are_simulated():
    published = pd.read_csv(RESULTS / "van_den_goorbergh_2021.csv")
    found = set(zip(published["penalty"], published["method"], strict=True))
    assert found == {(penalty, m) for penalty in PENALTIES for m in (NONE, *CORRECTIONS)}
    assert len(published) == 24
