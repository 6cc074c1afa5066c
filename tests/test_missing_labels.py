"""Labels that are missing, or numbers kept as objects, everywhere labels are passed."""

import numpy as np
import pandas as pd
import pytest

from skfocal import (
    FocalLogisticRegression,
    FocalLogisticRegressionCV,
    FocalLoss,
    effective_number_alpha,
    focal_loss,
)
from skfocal.metrics import calibration_error, calibration_intercept_slope, reliability_curve

X = np.random.default_rng(0).standard_normal((4, 2))
PROBABILITIES = [0.1, 0.2, 0.3, 0.4]
WITH_LABELS = {
    "focal_loss": lambda y: focal_loss(y, np.zeros(4)),
    "FocalLoss": lambda y: FocalLoss().gradient(y, np.zeros(4)),
    "effective_number_alpha": lambda y: effective_number_alpha(y, 0.9),
    "calibration_error": lambda y: calibration_error(y, PROBABILITIES),
    "calibration_intercept_slope": lambda y: calibration_intercept_slope(y, PROBABILITIES),
    "reliability_curve": lambda y: reliability_curve(y, PROBABILITIES),
    "fit": lambda y: FocalLogisticRegression().fit(X, y),
    "search": lambda y: FocalLogisticRegressionCV((0,), (None,), (1.0,), cv=2).fit(X, y),
}


@pytest.mark.parametrize("function", WITH_LABELS.values(), ids=WITH_LABELS)
@pytest.mark.parametrize(
    "labels",
    [
        np.array([1, 0, pd.NA, 1], dtype=object),
        pd.Series([1, 0, None, 1], dtype="Int64"),
        pd.Series(["a", "b", None, "a"], dtype="string"),
        np.array(["a", "b", np.nan, "a"], dtype=object),
        ["a", "b", None, "a"],
        np.array([1.0, 0.0, np.nan, 1.0]),
    ],
    ids=["object", "Int64", "string", "nan", "None", "float"],
)
def test_a_missing_label_is_a_value_error_that_names_y(function, labels):
    with pytest.raises(ValueError, match=r"\by(_true)?\b.*([Nn]a[Nn]|missing)"):
        function(labels)


@pytest.mark.parametrize("kind", [bool, int])
@pytest.mark.parametrize("name", ["effective_number_alpha", "fit", "search"])
def test_numbers_kept_as_objects_are_to_be_converted(kind, name):
    labels = np.array([1, 0, 1, 0]).astype(kind)
    with pytest.raises(ValueError, match=f"astype\\({kind.__name__}\\)"):
        WITH_LABELS[name](labels.astype(object))
    WITH_LABELS[name](labels)
