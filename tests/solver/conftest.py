"""Tables to minimise on."""

import numpy as np
import pytest
from sklearn.datasets import make_classification


@pytest.fixture(scope="session")
def draw_table():
    """Return a function that draws a noisy table of two or three classes."""

    def draw(n_classes=2, n_samples=300, *, seed=0, positives=0.7):
        rest = (1 - positives) / (n_classes - 1)
        X, y = make_classification(
            n_samples,
            5,
            n_informative=4,
            n_redundant=0,
            n_classes=n_classes,
            n_clusters_per_class=1,
            weights=[positives] + [rest] * (n_classes - 1),
            flip_y=0.2,
            class_sep=0.7,
            random_state=seed,
        )
        return X, np.array(["b", "c", "a"])[y]

    return draw
