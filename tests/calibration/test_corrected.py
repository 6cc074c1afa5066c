"""Corrected probabilities do not depend on class weights and resampling."""

import pickle

import numpy as np
import pandas as pd
import pytest
from imblearn import FunctionSampler
from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import BaggingClassifier, HistGradientBoostingClassifier
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, cross_val_predict
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfocal import FocalLogisticRegression
from skfocal.boosting import FocalLGBMClassifier
from skfocal.calibration import FocalTemperatureClassifier, PriorCorrectedClassifier
from skfocal.calibration._effective import effective_totals

TREE = DecisionTreeClassifier()


def repeat_usual(X, y):
    """Give every row of one class four times."""
    times = np.where(y == "usual", 4, 1)
    return X.repeat(times, axis=0), y.repeat(times)


@parametrize_with_checks(
    [
        PriorCorrectedClassifier(LogisticRegression()),
        PriorCorrectedClassifier(LogisticRegression(), decision="estimator"),
        PriorCorrectedClassifier(
            DecisionTreeClassifier(random_state=0), effective_prior="balanced"
        ),
    ]
)
def test_estimator_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "tree",
    [
        TREE,
        DecisionTreeClassifier(class_weight="balanced"),
        DecisionTreeClassifier(class_weight={"rare": 7.0}),
        make_pipeline(FunctionSampler(func=repeat_usual, validate=False), TREE),
        make_pipeline(
            StandardScaler(),
            FunctionSampler(func=repeat_usual, validate=False),
            "passthrough",
            DecisionTreeClassifier(class_weight="balanced"),
        ),
        GridSearchCV(DecisionTreeClassifier(class_weight="balanced"), {"max_depth": [6]}, cv=2),
    ],
    ids=lambda tree: type(tree).__name__,
)
def test_weights_and_repetition_are_exactly_undone(tree, n_classes, draw_kinds, frequencies):
    check_exactly_undone(tree, *draw_kinds(n_classes), frequencies)


def test_weights_inside_a_threshold_classifier_are_exactly_undone(draw_kinds, frequencies):
    tree = DecisionTreeClassifier(class_weight="balanced")
    classifier = FixedThresholdClassifier(tree, pos_label="rare")
    check_exactly_undone(classifier, *draw_kinds(2), frequencies)


def check_exactly_undone(tree, X, y, frequencies):
    model = PriorCorrectedClassifier(tree).fit(X, y)
    expected = frequencies(X, y)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-10)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), expected, rtol=1e-10)
    np.testing.assert_array_equal(model.predict(X), model.classes_[expected.argmax(axis=1)])


@pytest.mark.parametrize("alpha", [None, "balanced", 0.8])
@pytest.mark.parametrize("probability", ["posterior", "weighted"])
def test_class_weights_of_focal_loss_are_exactly_undone(
    alpha, probability, draw_kinds, frequencies
):
    X, y = draw_kinds(2)
    X_hot = OneHotEncoder(sparse_output=False, drop="first").fit_transform(X)
    focal = FocalLogisticRegression(
        2.0, alpha, C=np.inf, tol=1e-9, max_iter=1000, probability=probability
    )
    model = PriorCorrectedClassifier(focal).fit(X_hot, y)
    np.testing.assert_allclose(model.predict_proba(X_hot), frequencies(X, y), atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_class_weights_of_boosted_focal_loss_are_exactly_undone(n_classes, draw_kinds):
    X, y = draw_kinds(n_classes)
    X = pd.DataFrame(X, columns=["kind"])  # LightGBM 4.6 warns of arrays without names
    options = {"focal_alpha": "balanced", "n_estimators": 5, "n_jobs": 1, "verbosity": -1}
    own = FocalLGBMClassifier(**options).fit(X, y)
    weighted = FocalLGBMClassifier(probability="weighted", **options)
    corrected = PriorCorrectedClassifier(weighted).fit(X, y)
    np.testing.assert_allclose(corrected.predict_proba(X), own.predict_proba(X), rtol=1e-10)


def test_sample_weights_are_undone_and_other_shares_can_be_set(draw_kinds, frequencies):
    X, y = draw_kinds(3)
    sample_weight = compute_sample_weight({"rare": 5.0, "usual": 2.0, "other": 1.0}, y)
    model = PriorCorrectedClassifier(TREE).fit(X, y, sample_weight=sample_weight)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y), rtol=1e-10)
    _, codes = np.unique(y, return_inverse=True)
    for prior in (
        np.bincount(codes, sample_weight),
        {label: sample_weight[y == label].sum() for label in model.classes_},
    ):
        model.set_params(prior=prior).fit(X, y, sample_weight=sample_weight)
        expected = frequencies(X, y, sample_weight)
        np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-10)


@pytest.mark.parametrize("sampler", [RandomOverSampler, RandomUnderSampler])
def test_random_sampling_is_undone_on_average(sampler, draw_kinds, frequencies):
    X, y = draw_kinds(2, n_samples=4000)
    found = [
        PriorCorrectedClassifier(make_pipeline(sampler(random_state=seed), TREE))
        .fit(X, y)
        .predict_proba(X)[:, 1]
        for seed in range(20)
    ]
    error = np.mean(found, axis=0) - frequencies(X, y)[:, 1]
    assert np.abs(error).max() < 4 * np.std(found, axis=0).max() / np.sqrt(20)


def test_smote_is_undone_in_part():
    X, y = make_classification(4000, 6, weights=[0.95], class_sep=0.8, random_state=0)
    smote = make_pipeline(SMOTE(random_state=0), LogisticRegression())
    losses = {
        name: log_loss(y, cross_val_predict(model, X, y, cv=3, method="predict_proba"))
        for name, model in {
            "plain": LogisticRegression(),
            "smote": smote,
            "corrected": PriorCorrectedClassifier(smote),
        }.items()
    }
    assert losses["corrected"] < losses["smote"] - 0.1
    assert losses["plain"] < losses["corrected"]


LIKE_BALANCED = [
    make_pipeline(RandomUnderSampler(random_state=0), LogisticRegression()),
    make_pipeline(SMOTE(random_state=0), LogisticRegression()),
    BalancedBaggingClassifier(n_estimators=2, random_state=0),
    BalancedBaggingClassifier(n_estimators=2, random_state=0, sampler=RandomOverSampler()),
    BalancedRandomForestClassifier(n_estimators=2, random_state=0),
    EasyEnsembleClassifier(n_estimators=2, random_state=0),
    RUSBoostClassifier(n_estimators=2, random_state=0),
    HistGradientBoostingClassifier(class_weight="balanced", max_iter=2),
    MultinomialNB(fit_prior=False),
    GaussianNB(priors=[0.5, 0.5]),
    LinearDiscriminantAnalysis(priors=[0.5, 0.5]),
    PriorCorrectedClassifier(LogisticRegression(), prior=[0.5, 0.5]),
]


@pytest.mark.parametrize("model", LIKE_BALANCED, ids=lambda model: type(model).__name__)
def test_balanced_training_is_recognised(model, draw_kinds):
    X, y = draw_kinds(2)
    corrected = PriorCorrectedClassifier(model).fit(X, y)
    np.testing.assert_allclose(corrected.effective_prior_, [0.5, 0.5])


def test_another_ratio_of_sampling_is_recognised(draw_kinds):
    X, y = draw_kinds(2)
    for model in (
        make_pipeline(RandomUnderSampler(sampling_strategy=0.5), LogisticRegression()),
        BalancedBaggingClassifier(n_estimators=2, sampling_strategy=0.5),
    ):
        corrected = PriorCorrectedClassifier(model).fit(X, y)
        assert corrected.effective_prior_.max() == pytest.approx(2 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("library", "name", "parameters", "weights"),
    [
        ("lightgbm", "LGBMClassifier", {"scale_pos_weight": 5.0}, [1, 5]),
        ("lightgbm", "LGBMClassifier", {"class_weight": {1: 3.0}}, [1, 3]),
        ("lightgbm", "LGBMClassifier", {"is_unbalance": True}, None),
        ("lightgbm", "LGBMClassifier", {"unbalanced_sets": True}, None),
        ("xgboost", "XGBClassifier", {"scale_pos_weight": 5.0}, [1, 5]),
        ("catboost", "CatBoostClassifier", {"scale_pos_weight": 5.0}, [1, 5]),
        ("catboost", "CatBoostClassifier", {"auto_class_weights": "Balanced"}, None),
    ],
)
def test_boosted_trees_learn_the_class_frequencies_in_spite_of_weights(
    library, name, parameters, weights, draw_kinds, frequencies
):
    classifier = getattr(pytest.importorskip(library), name)
    X, labels = draw_kinds(2)
    y = (labels == "rare").astype(int)
    one_thread = {
        "lightgbm": {"verbosity": -1, "n_jobs": 1},
        "xgboost": {"n_jobs": 1},
        "catboost": {"verbose": False, "thread_count": 1, "allow_writing_files": False},
    }[library]
    trees = classifier(n_estimators=60, learning_rate=0.3, **parameters, **one_thread)
    frame = pd.DataFrame(X, columns=["kind"])  # LightGBM 4.6 warns of arrays without names
    model = PriorCorrectedClassifier(trees).fit(frame, y)
    counts = np.bincount(y)
    weighted = np.ones(2) if weights is None else counts * np.array(weights)
    np.testing.assert_allclose(model.effective_prior_, weighted / weighted.sum())
    np.testing.assert_allclose(model.predict_proba(frame), frequencies(X, y), atol=0.02)


@pytest.mark.parametrize("class_weights", [[1.0, 4.0], {1: 4.0}])
def test_class_weights_of_catboost_are_recognised(class_weights, draw_kinds):
    catboost = pytest.importorskip("catboost")
    X, labels = draw_kinds(2)
    y = (labels == "rare").astype(int)
    # scikit-learn cannot clone CatBoost's classifier with this parameter.
    model = catboost.CatBoostClassifier(class_weights=class_weights)
    totals = effective_totals(model, X, y, np.array([0, 1]))
    np.testing.assert_allclose(totals, np.bincount(y) * [1, 4])


def test_decisions_of_the_inner_classifier_can_be_kept(draw_kinds):
    X, y = draw_kinds(2)
    weighted = DecisionTreeClassifier(class_weight="balanced").fit(X, y)
    model = PriorCorrectedClassifier(weighted, decision="estimator").fit(X, y)
    np.testing.assert_array_equal(model.predict(X), weighted.predict(X))
    assert (model.set_params(decision="corrected").predict(X) != weighted.predict(X)).any()


def test_a_frozen_classifier_needs_its_shares(draw_kinds, frequencies):
    X, y = draw_kinds(2)
    frozen = FrozenEstimator(DecisionTreeClassifier(class_weight="balanced").fit(X, y))
    with pytest.raises(ValueError, match=r"its training data are not known\. Set effective_prior"):
        PriorCorrectedClassifier(frozen).fit(X, y)
    model = PriorCorrectedClassifier(frozen, effective_prior="balanced").fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y), rtol=1e-10)
    assert model.estimator_ is frozen


BALANCED = LogisticRegression(class_weight="balanced")
UNKNOWN = {
    "estimator__class_weight='balanced' changes": CalibratedClassifierCV(BALANCED, cv=2),
    "class shares inside it": BaggingClassifier(
        make_pipeline(RandomUnderSampler(), LogisticRegression()), n_estimators=2
    ),
    "probability='link' keeps the effect of gamma": FocalLogisticRegression(probability="link"),
}


@pytest.mark.parametrize("message", UNKNOWN)
def test_unknown_shares_are_an_error(message, draw_kinds):
    with pytest.raises(ValueError, match=f"cannot find .*{message}"):
        PriorCorrectedClassifier(UNKNOWN[message]).fit(*draw_kinds(2))


def test_weights_of_samples_and_classes_are_multiplied(draw_kinds, frequencies):
    X, y = draw_kinds(2)
    sample_weight = np.where(y == "rare", 3.0, 1.0)
    by_label = DecisionTreeClassifier(class_weight={"rare": 2.0})
    model = PriorCorrectedClassifier(by_label).fit(X, y, sample_weight=sample_weight)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y), rtol=1e-10)
    balanced = DecisionTreeClassifier(class_weight="balanced")
    with pytest.raises(ValueError, match="may or may not count sample_weight"):
        PriorCorrectedClassifier(balanced).fit(X, y, sample_weight=sample_weight)


def test_sample_weights_reach_a_step_of_a_pipeline(draw_kinds, frequencies):
    X, y = draw_kinds(2)
    sample_weight = np.where(y == "rare", 3.0, 1.0)
    model = PriorCorrectedClassifier(make_pipeline(StandardScaler(), TREE))
    model.fit(X, y, decisiontreeclassifier__sample_weight=sample_weight)
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y), rtol=1e-10)


def test_sample_weights_are_routed(draw_kinds, frequencies):
    X, y = draw_kinds(2)
    sample_weight = np.where(y == "rare", 3.0, 1.0)
    with config_context(enable_metadata_routing=True):
        tree = DecisionTreeClassifier().set_fit_request(sample_weight=True)
        model = PriorCorrectedClassifier(tree).fit(X, y, sample_weight=sample_weight)
        assert model.effective_prior_[0] > model.prior_[0]
    np.testing.assert_allclose(model.predict_proba(X), frequencies(X, y), rtol=1e-10)


def test_frames_and_names_reach_the_inner_classifier(draw_kinds):
    X, y = draw_kinds(2)
    frame = pd.DataFrame(X, columns=["kind"])
    model = PriorCorrectedClassifier(DecisionTreeClassifier(class_weight="balanced")).fit(frame, y)
    assert model.feature_names_in_ == ["kind"]
    assert is_classifier(model)
    assert clone(model).get_params()["estimator__class_weight"] == "balanced"
    search = GridSearchCV(model, {"estimator__max_depth": [1, 6]}, cv=2, scoring="neg_log_loss")
    assert search.fit(frame, y).best_params_ == {"estimator__max_depth": 6}


def test_a_class_without_weight_is_an_error(draw_kinds):
    X, y = draw_kinds(3)
    with pytest.raises(ValueError, match=r"sample_weight, .* leave nothing of class 'rare'"):
        PriorCorrectedClassifier(LogisticRegression()).fit(
            X, y, sample_weight=(y != "rare").astype(float)
        )


# The parameter is removed in scikit-learn 1.11.
@pytest.mark.filterwarnings("ignore:The `probability` parameter was deprecated:FutureWarning")
def test_support_vector_machines_calibrate_without_their_weights(draw_kinds):
    X, y = draw_kinds(2)
    model = PriorCorrectedClassifier(SVC(class_weight="balanced", probability=True))
    model.fit(X, y)
    np.testing.assert_allclose(model.effective_prior_, model.prior_)
    assert model.predict_proba(X)[:, 0].mean() == pytest.approx(np.mean(y == "rare"), abs=0.03)


@pytest.mark.parametrize("meta", [PriorCorrectedClassifier, FocalTemperatureClassifier])
def test_pickles_hold_the_version(meta, draw_kinds, monkeypatch):
    X, y = draw_kinds(2)
    model = meta(TREE).fit(X, y)
    copy = pickle.loads(pickle.dumps(model))  # noqa: S301 - pickled by this test
    np.testing.assert_array_equal(copy.predict_proba(X), model.predict_proba(X))
    monkeypatch.setattr("skfocal.linear_model._pickling.__version__", "0.0.9")
    with pytest.warns(InconsistentVersionWarning, match=f"{meta.__name__} of skfocal"):
        copy.__setstate__({**vars(model)})


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"decision": "inner"}, ValueError, "decision must be one of 'corrected', 'estimator'"),
        ({"prior": "test"}, TypeError, "prior must be a number for two classes, or one finite"),
        (
            {"prior": {"rare": 1.0}},
            ValueError,
            "prior, as a mapping, must have exactly the classes",
        ),
        ({"effective_prior": "equal"}, ValueError, "effective_prior must be one of 'auto', 'bal"),
        ({"effective_prior": [1.0, 0.0]}, ValueError, "effective_prior must hold one finite numb"),
    ],
)
def test_invalid_parameters_are_refused(parameters, error, message, draw_kinds):
    with pytest.raises(error, match=message):
        PriorCorrectedClassifier(TREE, **parameters).fit(*draw_kinds(2))


def test_a_classifier_without_probabilities_is_refused(draw_kinds):
    with pytest.raises(TypeError, match="must be a classifier with predict_proba; got RidgeClass"):
        PriorCorrectedClassifier(RidgeClassifier()).fit(*draw_kinds(2))
