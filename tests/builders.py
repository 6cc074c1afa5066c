"""Builders of data and objectives, and helpers, that several tests share."""

import threading

import numpy as np
from sklearn.datasets import make_classification
from threadpoolctl import threadpool_info, threadpool_limits

from skfocal._solver.objective import FocalObjective
from skfocal._solver.penalties import Ridge
from skfocal._solver.row_blocks import ArrayBlocks
from skfocal._solver.standardization import standardize
from skfocal.losses import FocalLoss


def make_objective(
    X,
    codes,
    weights=None,
    *,
    gamma=2.0,
    strength=0.1,
    class_weight=None,
    fit_intercept=True,
    n_classes=None,
    blocks=ArrayBlocks,
    penalty=Ridge,
):
    """Return the objective on X and class codes, with a penalty of the given strength."""
    rows = blocks(X, codes, weights)
    columns = standardize(rows, fit_intercept=fit_intercept)
    totals = np.bincount(codes, weights, minlength=n_classes or 0).astype(float)
    if class_weight is not None:
        totals = totals * class_weight
    return FocalObjective(
        rows,
        columns,
        totals,
        FocalLoss(gamma),
        penalty(strength, columns),
        total_weight=float(totals.sum()),
        class_weight=class_weight,
    )


def noisy_data(n_classes=2, n_samples=300, *, seed=0, positives=0.7):
    """Return features, and string labels that the features predict only in part."""
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


def fitted_bits(model):
    """Return the fitted attributes of a model in a form that compares equal bit by bit."""
    return model.coef_.tobytes(), model.intercept_.tobytes(), model.objective_, model.n_iter_


def blas_threads():
    """Return the number of threads of each BLAS library that is loaded."""
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def set_blas_threads(limit):
    """Limit the threads of BLAS for the whole process."""
    # threadpoolctl lets no thread change the limit while another one that set it is alive.
    thread = threading.Thread(target=threadpool_limits, args=(limit, "blas"))
    thread.start()
    thread.join()
