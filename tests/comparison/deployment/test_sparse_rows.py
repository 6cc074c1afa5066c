"""A model of sparse rows is described and predicts as that of dense ones."""

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import compare_tables, fit_model, make_table
from skfocal.comparison.methods import method as method_module


@pytest.mark.parametrize("name", ["logistic", "focal"])
def test_a_model_of_sparse_rows_is_that_of_dense_ones(name, monkeypatch):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"size": rng.normal(size=300)})
    X["place"] = [f"place {number}" for number in rng.integers(0, 30, 300)]
    y = np.where(X["size"] + rng.normal(size=300) > 1, "yes", "no")
    table = make_table(X, y, name="places")
    comparison = compare_tables([table], methods=[name], cv=2, repeats=1, n_jobs=1)
    models = []
    for threshold in (1.0, 0.0):
        monkeypatch.setattr(method_module, "SPARSE_THRESHOLD", threshold)
        models.append(fit_model(comparison.recommend(), table))
    sparse, dense = models
    np.testing.assert_allclose(sparse.log_probabilities(X), dense.log_probabilities(X), rtol=1e-6)
    effects = [pd.json_normalize(model.card["effects"]) for model in models]
    assert len(effects[0]) >= 2
    pd.testing.assert_frame_equal(*effects, rtol=1e-5, atol=1e-8)
