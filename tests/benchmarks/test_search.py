"""The benchmark of the search measures what it says."""

import numpy as np
import pytest

from benchmarks import search
from benchmarks.speed.tables import TableSpec


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(search, "_TABLES", (TableSpec(500, 3), TableSpec(600, 3)))
    monkeypatch.setattr(search, "_GAMMAS", (0.0, 2.0))
    monkeypatch.setattr(search, "_N_CS", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("quick", "n_candidates"), [(True, [12]), (False, [8, 8])])
def test_ratios_are_those_of_the_times(quick, n_candidates):
    results = search.measure_search(quick=quick)

    assert [each["n_candidates"] for each in results.values()] == n_candidates
    for each in results.values():
        assert each["share_timed"] == {"focal": 1.0, "scikit-learn": 1.0}
        for name, ratio in each["ratio"].items():
            assert ratio == each["seconds"]["search"] / each["seconds"][name]
        for name, seconds in each["seconds"].items():
            assert seconds == np.median(each["rounds"][name])


@pytest.mark.usefixtures("small")
def test_what_would_take_too_long_is_timed_in_part(monkeypatch):
    monkeypatch.setattr(search, "_MAX_SECONDS", 0.0)
    (result,) = search.measure_search(quick=True).values()

    # At least one candidate for each round.
    assert result["share_timed"] == {"focal": 3 / 12, "scikit-learn": 3 / 12}
