"""Standard errors: agreement with statsmodels and with refits, invariances, and refusals."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV
from skfocal.inference import coefficient_table

pd = pytest.importorskip("pandas")
COLUMNS = ["coefficient", "standard_error", "z", "p_value", "lower", "upper"]


def draw(n_samples=200, n_features=3, n_classes=2, *, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_samples, n_features)) * np.geomspace(0.01, 100, n_features)
    X += np.arange(n_features)
    scores = (X / X.std(axis=0)) @ rng.standard_normal((n_features, n_classes))
    return X, (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)


def fitted(X, y, sample_weight=None, **parameters):
    defaults = {"gamma": 0, "C": np.inf, "tol": 1e-9, "max_iter": 1000}
    return FocalLogisticRegression(**defaults | parameters).fit(X, y, sample_weight)


@pytest.mark.parametrize(("covariance", "theirs"), [("sandwich", "HC0"), ("model", "nonrobust")])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_agrees_with_statsmodels(covariance, theirs, fit_intercept):
    api = pytest.importorskip("statsmodels.api")
    X, y = draw()
    design = np.column_stack([X, np.ones(len(y))]) if fit_intercept else X
    expected = api.Logit(y, design).fit(disp=0, cov_type=theirs, method="newton", tol=1e-14)

    table = coefficient_table(
        fitted(X, y, fit_intercept=fit_intercept), X, y, covariance=covariance, confidence=0.9
    )

    intervals = expected.conf_int(0.1)
    columns = (expected.params, expected.bse, expected.tvalues, expected.pvalues, *intervals.T)
    for name, values in zip(COLUMNS, columns, strict=True):
        np.testing.assert_allclose(table[name], values, rtol=1e-6)


@pytest.mark.parametrize("covariance", ["sandwich", "model"])
def test_agrees_with_statsmodels_on_three_classes(covariance):
    api = pytest.importorskip("statsmodels.api")
    X, y = draw(300, 2, 3)
    X /= X.std(axis=0)
    expected = api.MNLogit(y, np.column_stack([X, np.ones(300)])).fit(
        disp=0, tol=1e-14, cov_type="HC0" if covariance == "sandwich" else "nonrobust"
    )

    table = coefficient_table(fitted(X, y), X, y, covariance=covariance, reference=0)

    assert table.index.tolist() == [(k, name) for k in (1, 2) for name in ("x0", "x1", "intercept")]
    np.testing.assert_allclose(table["coefficient"], expected.params.T.ravel(), rtol=1e-6)
    np.testing.assert_allclose(table["standard_error"], expected.bse.T.ravel(), rtol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0, 2, "each"])
@pytest.mark.parametrize("C", [0.5, np.inf])
def test_standard_errors_are_those_of_small_changes_of_the_weights(n_classes, gamma, C):
    X, y = draw(60, 2, n_classes)
    X /= X.std(axis=0)
    gamma = np.linspace(0.5, 2, n_classes) if gamma == "each" else gamma
    settings = {"gamma": gamma, "alpha": np.linspace(1, 2, n_classes), "C": C, "tol": 1e-11}
    weight = np.random.default_rng(0).integers(1, 3, size=60).astype(float)

    table = coefficient_table(fitted(X, y, weight, **settings), X, y, weight)

    step, changes = 1e-3, []
    for row in range(60):
        ends = []
        for sign in (-1, 1):
            changed = weight.copy()
            changed[row] += sign * step
            model = fitted(X, y, changed, **settings)
            ends.append(np.column_stack([model.coef_, model.intercept_]).ravel())
        changes.append((ends[1] - ends[0]) / (2 * step))
    changes = np.array(changes)
    mean = weight @ changes / weight.sum()
    variance = weight @ (changes - mean) ** 2
    np.testing.assert_allclose(table["standard_error"], np.sqrt(variance), rtol=1e-4)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("gamma", [0, 2])
def test_weights_equal_repetition(n_classes, gamma):
    X, y = draw(200, 3, n_classes)
    weight = np.random.default_rng(0).integers(4, size=200)
    weighted = coefficient_table(fitted(X, y, weight, gamma=gamma), X, y, weight)
    X, y = X.repeat(weight, axis=0), y.repeat(weight)

    repeated = coefficient_table(fitted(X, y, gamma=gamma), X, y)

    pd.testing.assert_frame_equal(weighted, repeated, rtol=1e-6)


@pytest.mark.parametrize("gamma", [0, 2])
def test_units_of_features_do_not_matter(gamma):
    X, y = draw()
    units = np.array([1e-3, 1.0, 1e4])
    table = coefficient_table(fitted(X, y, gamma=gamma), X, y)

    scaled = coefficient_table(fitted(X * units, y, gamma=gamma), X * units, y)

    np.testing.assert_allclose(scaled["z"], table["z"], rtol=1e-6)
    errors = table["standard_error"].to_numpy()
    np.testing.assert_allclose(scaled["standard_error"][:3] * units, errors[:3], rtol=1e-6)


def test_classes_of_three_are_compared_by_their_differences():
    X, y = draw(300, 2, 3)
    model = fitted(X, y, gamma=2)
    table = coefficient_table(model, X, y)

    assert table["coefficient"].groupby("feature").sum().abs().max() < 1e-8
    first, last = (coefficient_table(model, X, y, reference=k) for k in (0, 2))
    np.testing.assert_allclose(first.loc[2]["coefficient"], -last.loc[0]["coefficient"], rtol=1e-10)
    np.testing.assert_allclose(
        first.loc[2]["standard_error"], last.loc[0]["standard_error"], rtol=1e-8
    )


@pytest.mark.parametrize("convert", [sparse.csr_array, np.asfortranarray, pd.DataFrame])
def test_kinds_of_tables(convert):
    X, y = draw()
    expected = coefficient_table(fitted(X, y), X, y)
    other = convert(X)
    if isinstance(other, pd.DataFrame):
        other.columns = ["a", "b", "c"]

    table = coefficient_table(fitted(other, y), other, y)

    names = ["a", "b", "c"] if isinstance(other, pd.DataFrame) else ["x0", "x1", "x2"]
    assert table.index.tolist() == [*names, "intercept"]
    np.testing.assert_allclose(table, expected, rtol=1e-6)


def test_constant_features_have_no_standard_error():
    X, y = draw()
    expected = coefficient_table(fitted(X, y), X, y)
    X = np.column_stack([X, np.full(len(y), 7.0)])

    table = coefficient_table(fitted(X, y), X, y)

    assert table.loc["x3", "coefficient"] == 0
    assert np.isnan(table.loc["x3", "standard_error"])
    np.testing.assert_allclose(table.drop("x3"), expected, rtol=1e-6)


def test_search_has_the_table_of_its_best_candidate():
    X, y = draw()
    search = FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=3).fit(X, y)
    best = FocalLogisticRegression(**search.best_params_).fit(X, y)

    pd.testing.assert_frame_equal(coefficient_table(search, X, y), coefficient_table(best, X, y))


@pytest.mark.parametrize("seed", range(3))
def test_penalty_shrinks_standard_errors(seed):
    X, y = draw(seed=seed)
    X /= X.std(axis=0)
    free, penalised = (
        coefficient_table(fitted(X, y, C=C), X, y)["standard_error"] for C in (np.inf, 0.1)
    )
    assert (penalised[:3] < free[:3]).all()


def refuse(match, *arguments, error=ValueError, **options):
    with pytest.raises(error, match=match):
        coefficient_table(*arguments, **options)


@pytest.mark.parametrize("wrap", [make_pipeline, lambda _: LogisticRegression()])
def test_other_models_are_refused(wrap):
    X, y = draw()
    with pytest.raises(TypeError, match="model must be a classifier with focal loss"):
        coefficient_table(wrap(FocalLogisticRegression()).fit(X, y), X, y)


def test_refusals():
    X, y = draw()
    model = fitted(X, y)

    refuse("L1 penalty", fitted(X, y, C=1.0, l1_ratio=0.5), X, y)
    for parameters in ({"gamma": 2}, {"alpha": "balanced"}, {"C": 1.0}):
        refuse("maximum likelihood", fitted(X, y, **parameters), X, y, covariance="model")
    refuse("one of 'sandwich', 'model'", model, X, y, covariance="HC3")
    for confidence in (0, 1, np.nan):
        refuse("confidence must be a number between 0 and 1", model, X, y, confidence=confidence)
    refuse("those that model was fitted to", model, X[::2], y[::2])
    refuse("those that model was fitted to", model, X, y, np.linspace(0, 1, len(y)))
    refuse("classes of the fit", model, X, y + 1)
    refuse("reference must be None for two classes", model, X, y, reference=0)
    three = draw(300, 2, 3)
    refuse("reference must be None or one of", fitted(*three), *three, reference=7)
    copied = np.column_stack([X, X[:, 0]])
    refuse("collinear", fitted(copied, y), copied, y)
    coefficient_table(fitted(copied, y, C=1.0), copied, y)
