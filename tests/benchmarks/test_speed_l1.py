"""The run with an L1 penalty measures what its page states."""

import numpy as np
import pytest
import sklearn
from sklearn.linear_model import LogisticRegression

from benchmarks.publishing import render
from benchmarks.speed import l1, timing
from benchmarks.speed.l1 import GAMMAS, OURS, SOLVERS, TARGET, Problem, fit_path
from benchmarks.speed.l1_page import fastest, ratio, verdict, view
from benchmarks.speed.tables import TableSpec

SMALL = TableSpec(300, 5, positives=0.4)
NAMES = [*GAMMAS, "scikit-learn saga", "scikit-learn liblinear"]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(timing, "PAUSE", 0.0)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_objective_is_that_of_scikit_learn(fit_intercept):
    problem = Problem(SMALL, fit_intercept=fit_intercept)
    C = 20 * problem.smallest_c(OURS)
    found = {
        name: fit_path(SOLVERS[name], problem, [C], 1e-8)[0] for name in ("scikit-learn saga", OURS)
    }
    objectives = [problem.objective(one, C, 0.0) for one in found.values()]

    assert np.ptp(objectives) <= 1e-9 * objectives[0]
    above = LogisticRegression(
        C=problem.smallest_c(OURS) * 0.999, **l1.L1, solver="saga", fit_intercept=fit_intercept
    ).fit(problem.table(SOLVERS[OURS]), problem.y)
    assert not above.coef_.any()


@pytest.mark.parametrize("measurement", [l1.l1, l1.l1_path])
def test_every_solver_reaches_the_target(measurement, monkeypatch):
    monkeypatch.setattr(l1, "PATH_LENGTH", 3)
    monkeypatch.setattr(l1, "PATH_SHARE", 10)

    with_intercept, without = measurement(NAMES, SMALL, 1)

    assert "scikit-learn liblinear" not in with_intercept["solvers"]
    for record in (with_intercept, without):
        for each in record["solvers"].values():
            assert each["suboptimality"] <= TARGET
            assert each["median_seconds"] > 0


def test_a_solver_that_fails_is_left_out(monkeypatch):
    monkeypatch.setitem(SOLVERS, "broken", l1.Solver(l1._scikit_learn("none"), "skfocal"))  # noqa: SLF001 - a solver that does not exist

    record = l1.l1([OURS, "broken"], SMALL, 1)[0]

    assert record["solvers"]["broken"]["median_seconds"] is None


def record(ours, others, use="l1"):
    solvers = {OURS: ours, "skfocal, γ=2": 2 * ours, **others}
    return {
        "table": use,
        "fit_intercept": True,
        "solvers": {
            name: {"median_seconds": each, "suboptimality": 1e-7} for name, each in solvers.items()
        },
    }


def test_goal_is_half_of_the_fastest_other_solver():
    one = record(1.0, {"glum": 2.5, "skglm": 9.0, "celer": None})

    assert fastest(one) == "glum"
    assert ratio(one, OURS) == 0.4
    assert [verdict(one, ours) for ours in GAMMAS] == ["holds", "does not hold"]
    assert verdict(record(1.0, {"celer": None}), OURS) == "not shown"


def test_page_shows_every_record():
    page = render(
        "l1.md.jinja",
        view(
            {
                "command": "run",
                "minutes": 1,
                "protocol": {"rounds": 1, "time_limit": 1, "ladder": 1},
                "libraries": {"scikit-learn": sklearn.__version__},
                "origin": {"versions": {}},
                "l1": [record(1.0, {"glum": 4.0})],
                "l1_path": [record(1.0, {"glum": None}, "path")],
            }
        ),
    )

    assert "| l1 | yes | 1.00 s |" in page
    assert "| path | yes | 1.00 s |" in page
    assert "not reached" in page
