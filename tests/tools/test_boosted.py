"""SHAP, skops and treelite with boosted trees trained with focal loss."""

import numpy as np
import pytest
from sklearn.datasets import make_classification

from skfocal import boosting, focal_posterior

pytestmark = pytest.mark.slow

# What skops must trust besides the estimator: the libraries' own boosters.
BOOSTERS = {
    "FocalXGBClassifier": {"xgboost.core.Booster"},
    "FocalLGBMClassifier": {"lightgbm.basic.Booster", "collections.OrderedDict"},
    "FocalCatBoostClassifier": set(),
}
OPTIONS = {
    "FocalXGBClassifier": {"n_jobs": 1},
    "FocalLGBMClassifier": {"n_jobs": 1, "verbosity": -1},
    "FocalCatBoostClassifier": {
        "thread_count": 1,
        "verbose": False,
        "allow_writing_files": False,
    },
}


@pytest.fixture(params=[2, 3])
def table(request):
    X, y = make_classification(
        200, 5, n_informative=4, n_redundant=0, n_classes=request.param, random_state=0
    )
    return X.astype(np.float32), y


@pytest.fixture(params=BOOSTERS)
def model(request, table):
    alpha = [1.0, 2.0, 3.0][: table[1].max() + 1]
    estimator = getattr(boosting, request.param)
    return estimator(n_estimators=10, focal_alpha=alpha, **OPTIONS[request.param]).fit(*table)


def test_tree_explanations_add_up_to_the_margins(model, table):
    shap = pytest.importorskip("shap")
    explanation = shap.TreeExplainer(model)(table[0][:20])
    np.testing.assert_allclose(
        explanation.values.sum(axis=1) + explanation.base_values,
        model.decision_function(table[0][:20]),
        atol=1e-5,
    )


def test_skops_needs_trust_in_the_estimator_and_its_booster(model, table):
    io = pytest.importorskip("skops.io")
    data = io.dumps(model)
    trusted = io.get_untrusted_types(data=data)
    own = {name for name in trusted if name.startswith("skfocal.")}
    assert set(trusted) - own == BOOSTERS[type(model).__name__]
    loaded = io.loads(data, trusted=trusted)
    np.testing.assert_array_equal(loaded.predict_proba(table[0]), model.predict_proba(table[0]))


def test_treelite_gives_margins_for_the_posterior(model, table):
    """It reads no models of CatBoost, and none of LightGBM with three classes."""
    treelite = pytest.importorskip("treelite")
    name = type(model).__name__
    if name == "FocalCatBoostClassifier":
        assert not hasattr(treelite.frontend, "from_catboost")
        return
    if name == "FocalLGBMClassifier" and table[1].max() > 1:
        with pytest.raises(treelite.TreeliteError, match=r"[Oo]bjective"):
            treelite.frontend.from_lightgbm(model.booster_)
        return
    converted = (
        treelite.frontend.from_xgboost(model.get_booster())
        if name == "FocalXGBClassifier"
        else treelite.frontend.from_lightgbm(model.booster_)
    )
    margins = treelite.gtil.predict(converted, table[0], pred_margin=True)
    margins = margins.reshape(model.decision_function(table[0]).shape)
    posterior = focal_posterior(
        margins, gamma=model.get_params()["focal_gamma"], alpha=model.class_weight_
    )
    expected = model.predict_proba(table[0])
    np.testing.assert_allclose(
        posterior, expected if posterior.ndim == 2 else expected[:, 1], atol=1e-6
    )
