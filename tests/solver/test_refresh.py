"""The curvature is measured again when the present rate of convergence is slow."""

import numpy as np
import pytest

from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.refresh import Refresh

FAST, SLOW = np.geomspace(1, 1e-4, 20), np.geomspace(1e-4, 0.8e-4, 20)


def is_due(lengths, *, cost=10.0, min_iter=4):
    refresh = Refresh(cost, Tolerance(relative=1e-12), min_iter)
    point = Minimum(np.zeros(1), 1.0, np.zeros(1), n_iter=0)
    return refresh(point, list(lengths))


@pytest.mark.parametrize(("n_slow", "due"), [(0, False), (2, False), (20, True)])
def test_present_rate_decides(n_slow, due):
    assert is_due([*FAST, *SLOW[:n_slow]]) == due


def test_a_rate_before_the_present_one_does_not_matter():
    assert is_due([*np.geomspace(1, 0.5, 20), *np.geomspace(0.5, 1e-4, 20)]) == is_due(FAST)


def test_an_expensive_factor_is_not_measured_for_a_few_iterations():
    assert not is_due([*FAST, *SLOW], cost=1e9)
    assert is_due([*FAST, *SLOW], cost=0.1)


def test_nothing_is_judged_before_min_iter():
    assert not is_due(SLOW, min_iter=20)
    assert is_due(SLOW, min_iter=19)
