"""Both estimators with a scikit-learn that has no callbacks."""

import subprocess
import sys

import numpy as np

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

# scikit-learn before 1.9 imports nothing of the kind; a later one does not import without, so
# that what needs it there comes first.
PROGRAM = """
import sys
import sklearn.base, sklearn.metrics, sklearn.model_selection, sklearn.utils.parallel
sys.modules["sklearn.callback"] = None
import numpy as np
from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

X = np.random.default_rng(0).standard_normal((60, 2))
y = (X[:, 0] + X[::-1, 1] > 0).astype(int)
for model in (FocalLogisticRegression(), FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0))):
    assert not hasattr(model, "set_callbacks")
    print(model.fit(X, y).coef_.tobytes().hex())
"""


def test_estimators_fit_the_same_where_scikit_learn_has_no_callbacks():
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - it is ours

    X = np.random.default_rng(0).standard_normal((60, 2))
    y = (X[:, 0] + X[::-1, 1] > 0).astype(int)
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0))
    models = [FocalLogisticRegression().fit(X, y), search.fit(X, y)]
    assert told.split() == [model.coef_.tobytes().hex() for model in models]
