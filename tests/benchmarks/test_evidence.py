"""The summary of the published runs says what its rows show."""

import pytest

from benchmarks.evidence import PAGE, view
from benchmarks.publishing import results_of
from benchmarks.verdicts import Verdict


@pytest.fixture(scope="module")
def claims():
    return view(results_of(PAGE))["claims"]


@pytest.mark.parametrize(
    ("verdict", "names"),
    [
        (
            {Verdict.HOLDS},
            [
                *("recovered is calibrated", "raw is worse", "weights distort"),
                *("resampling distorts", "weights decide better"),
            ],
        ),
        (
            {Verdict.NOT_SHOWN, Verdict.FAILS},
            [
                *("focal ranks better", "resampling ranks better"),
                *("weights decide better, tuned", "focal decides better, tuned"),
            ],
        ),
    ],
)
def test_the_verdicts_are_those_of_the_opening_sentences(verdict, names, claims):
    assert {claims[name].verdict for name in names} <= verdict


def test_the_widest_interval_contains_every_part(claims):
    several = [claim.details for claim in claims.values() if len(claim.verdicts) > 1]
    checked = [details for details in several if "hull" in details]
    assert checked
    for details in checked:
        low, high = details["hull"]
        values = details.get("ends") or [one.estimate.value for one in details["statements"]]
        assert low <= min(values) <= max(values) <= high
