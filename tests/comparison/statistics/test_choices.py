"""The shares of chosen values count every fold once."""

import json

import pandas as pd
import pytest

from skfocal.comparison import METHODS
from skfocal.comparison.statistics.choices import chosen_values


def test_values_are_counted_in_the_grid_and_beyond_it():
    chosen = [(0.0, None), (2.0, None), (4.0, "balanced"), (16.0, "balanced"), (4.0, None)]
    params = [json.dumps({"gamma": gamma, "alpha": alpha, "C": 1.0}) for gamma, alpha in chosen]
    frame = {"method": "focal_alpha (recovered)", "params": [*params, ""]}
    scores = pd.DataFrame({**frame, "failure": [""] * 5 + ["no luck"]})
    found = chosen_values(scores, [METHODS["focal_alpha"], METHODS["logistic"]])["focal_alpha"]
    assert found["gamma"] == pytest.approx({"0.0": 0.2, "2.0": 0.2, "4.0": 0.4, "16.0": 0.2})
    assert found["alpha"] == pytest.approx({"None": 0.6, "balanced": 0.4})
    assert list(found["gamma"]) == ["0.0", "2.0", "4.0", "16.0"]
