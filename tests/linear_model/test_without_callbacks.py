"""Both estimators with a version of scikit-learn without callbacks."""

import subprocess
import sys

import numpy as np

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

# From 1.9 on scikit-learn itself needs the callbacks, so it is imported before they are removed.
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


def test_fits_are_the_same_without_callbacks():
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - the program above

    X = np.random.default_rng(0).standard_normal((60, 2))
    y = (X[:, 0] + X[::-1, 1] > 0).astype(int)
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0))
    models = [FocalLogisticRegression().fit(X, y), search.fit(X, y)]
    assert output.split() == [model.coef_.tobytes().hex() for model in models]
