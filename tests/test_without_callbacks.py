"""Both estimators with a scikit-learn that has no callbacks."""

import subprocess
import sys

PROGRAM = """
import sys
sys.modules["sklearn.callback"] = None
import numpy as np
from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

X = np.random.default_rng(0).standard_normal((60, 2))
y = (X[:, 0] + X[::-1, 1] > 0).astype(int)
assert FocalLogisticRegression().fit(X, y).n_iter_ > 0
search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0)).fit(X, y)
assert search.coef_.shape == (1, 2)
"""


def test_estimators_fit_where_scikit_learn_has_no_callbacks():
    # scikit-learn before 1.9 imports nothing of the kind; a later one does not import without.
    program = PROGRAM.replace('sys.modules["sklearn.callback"] = None', BLOCK)
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)  # noqa: S603 - it is ours


BLOCK = """
import sklearn.base, sklearn.metrics, sklearn.model_selection, sklearn.utils.parallel
sys.modules["sklearn.callback"] = None
"""
