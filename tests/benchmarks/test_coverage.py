"""The simulation of confidence intervals."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import coverage
from benchmarks.coverage import SCENARIOS, draw, intercept, judge, measure_scenario
from benchmarks.verdicts import Verdict


@pytest.mark.parametrize("scenario", SCENARIOS[::4], ids=lambda scenario: scenario.name)
def test_population_has_the_fraction_of_class_1(scenario):
    random = np.random.default_rng(1)
    _, y = draw(scenario, 100_000, intercept(scenario), random)

    assert y.mean() == pytest.approx(scenario.positives, abs=5e-3)


def test_names_are_unique():
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


def test_scenario_is_measured(monkeypatch):
    monkeypatch.setattr(coverage, "POPULATION", 20_000)

    found = measure_scenario(SCENARIOS[1], 20)

    assert 0.8 <= found["coverage"] <= 1
    assert len(found["by_parameter"]) == 5
    assert found["coverage_without_penalty"] == found["coverage"]
    assert found["C"] is None
    # The same numbers each time.
    assert measure_scenario(replace(SCENARIOS[1]), 20) == found


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(0.951, Verdict.HOLDS), (0.9, Verdict.FAILS), (0.93, Verdict.NOT_SHOWN)],
)
def test_verdicts(share, verdict):
    one = {"coverage": share, "standard_error": 0.002, "n_repetitions": 100}

    assert judge([one])[0][1].verdict == verdict
