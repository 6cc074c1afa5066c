import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from skfocal.comparison.tuning import quick_average_precision

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("decimals", [0, 1, 9])
@pytest.mark.parametrize("n_positive", [1, 7, 40])
def test_average_precision_is_that_of_scikit_learn_with_ties_too(n_positive, decimals):
    event = RNG.permutation(np.arange(40) < n_positive)
    score = RNG.normal(event, 1).round(decimals)
    expected = average_precision_score(event, score)
    assert quick_average_precision(event, score) == pytest.approx(expected, rel=1e-12)
