"""The equivalences of the migration tables hold."""

import numpy as np
import pytest
from scipy.special import expit, log_expit, log_softmax, logit
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from skfocal import FocalLogisticRegression, focal_loss

GAMMAS = (0.0, 0.5, 2.0)


@pytest.fixture(scope="module")
def table():
    return make_classification(
        n_samples=800, n_features=8, weights=[0.9], flip_y=0.05, random_state=0
    )


@pytest.fixture(scope="module")
def scores():
    """Return labels with logits, for two classes and for four."""
    rng = np.random.default_rng(0)
    return {
        "binary": (rng.integers(2, size=50), rng.normal(scale=3, size=50)),
        "softmax": (rng.integers(4, size=50), rng.normal(scale=3, size=(50, 4))),
    }


@pytest.fixture
def lightgbm_settings():
    return {"n_estimators": 20, "learning_rate": 0.3, "num_leaves": 4, "n_jobs": 1, "verbosity": -1}


class TestLogisticRegression:
    @pytest.mark.parametrize("weights", [None, "balanced", {0: 1, 1: 10}])
    @pytest.mark.parametrize("C", [0.1, 1.0])
    def test_class_weight_is_alpha(self, table, weights, C):
        X, y = table
        theirs = LogisticRegression(C=C, class_weight=weights, tol=1e-10, max_iter=10_000)
        theirs.fit(X, y)
        ours = FocalLogisticRegression(gamma=0, alpha=weights, C=C, tol=1e-7).fit(X, y)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        ours.set_params(probability="weighted")
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-4)

    def test_the_default_probabilities_undo_the_weights(self, table):
        X, y = table
        model = FocalLogisticRegression(gamma=0, alpha="balanced").fit(X, y)
        assert model.predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), abs=0.03)
        model.set_params(probability="weighted")
        assert model.predict_proba(X)[:, 1].mean() > 2 * y.mean()

    def test_a_number_is_the_weight_of_class_1(self, table):
        X, y = table
        number = FocalLogisticRegression(gamma=1, alpha=0.8).fit(X, y)
        mapping = FocalLogisticRegression(gamma=1, alpha={0: 0.2, 1: 0.8}).fit(X, y)
        np.testing.assert_allclose(number.coef_, mapping.coef_, rtol=1e-12)


class TestResampling:
    @pytest.mark.parametrize("ratio", [0.5, 1.0])
    def test_over_sampling_weights_the_rare_class_by_the_ratio(self, table, ratio):
        samplers = pytest.importorskip("imblearn.over_sampling")
        X, y = table
        n_frequent, n_rare = np.bincount(y)
        sampler = samplers.RandomOverSampler(sampling_strategy=ratio, random_state=0)
        _, counts = np.unique(sampler.fit_resample(X, y)[1], return_counts=True)
        weight = ratio * n_frequent / n_rare
        np.testing.assert_allclose(counts, [n_frequent, weight * n_rare], atol=1)

    @pytest.mark.parametrize("name", ["over", "under"])
    def test_samplers_are_weights_at_the_same_penalty(self, name):
        samplers = {
            "over": pytest.importorskip("imblearn.over_sampling").RandomOverSampler,
            "under": pytest.importorskip("imblearn.under_sampling").RandomUnderSampler,
        }
        rng = np.random.default_rng(0)
        y = (rng.random(20_000) < 0.1).astype(int)
        X = rng.normal(size=(20_000, 3)) + y[:, np.newaxis]
        n0, n1 = np.bincount(y)
        weights = {"over": {0: 1, 1: n0 / n1}, "under": {0: n1 / n0, 1: 1}}
        model = FocalLogisticRegression(gamma=2, C=1e-4)
        sampled = samplers[name](random_state=0).fit_resample(X, y)
        expected = model.fit(*sampled).coef_.copy()

        ours = model.set_params(alpha=weights[name]).fit(X, y).coef_
        np.testing.assert_allclose(ours, expected, rtol=0.05)
        # The same ratio of weights with another total has another penalty.
        balanced = model.set_params(alpha="balanced").fit(X, y).coef_
        assert np.all(np.abs(balanced / expected - 1) > 0.15)

    def test_repeated_rows_are_weights(self, table):
        X, y = table
        rows = np.concatenate([np.arange(len(y)), *([np.flatnonzero(y == 1)] * 4)])
        repeated = FocalLogisticRegression(gamma=2, C=1e-3, tol=1e-7).fit(X[rows], y[rows])
        weighted = FocalLogisticRegression(gamma=2, alpha={0: 1, 1: 5}, C=1e-3, tol=1e-7)
        np.testing.assert_allclose(repeated.coef_, weighted.fit(X, y).coef_, atol=1e-6)


class TestPublishedValues:
    """The examples in the documentation of the libraries."""

    def test_keras_binary(self):
        # y_true = [[0, 1], [0, 0]], y_pred = [[0.6, 0.4], [0.4, 0.6]], gamma=2: [0.330, 0.206]
        losses = focal_loss(
            [0, 1, 0, 0], logit([0.6, 0.4, 0.4, 0.6]), gamma=2, reduction="none"
        ).reshape(2, 2)
        np.testing.assert_allclose(losses.mean(axis=1), [0.330, 0.206], atol=5e-4)

    def test_keras_categorical_alpha_is_a_factor_of_every_class(self):
        logits = np.log([[0.05, 0.9, 0.05], [0.1, 0.85, 0.05]])
        losses = focal_loss([1, 2], logits, gamma=2, alpha=np.full(3, 0.25), reduction="none")
        np.testing.assert_allclose(losses, [2.63401289e-04, 6.75912094e-01], rtol=1e-6)


class TestDeepLearningLosses:
    @pytest.mark.parametrize("gamma", GAMMAS)
    def test_torchvision(self, scores, gamma):
        ops = pytest.importorskip("torchvision.ops")
        torch = pytest.importorskip("torch")
        y, z = scores["binary"]
        inputs = torch.tensor(z), torch.tensor(y, dtype=torch.float64)
        for alpha in (0.25, None):
            theirs = ops.sigmoid_focal_loss(
                *inputs, alpha=-1 if alpha is None else alpha, gamma=gamma
            )
            ours = focal_loss(y, z, gamma=gamma, alpha=alpha, reduction="none")
            np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9)

    @pytest.mark.parametrize("gamma", GAMMAS)
    def test_keras(self, scores, gamma, monkeypatch):
        monkeypatch.setenv("KERAS_BACKEND", "torch")
        losses = pytest.importorskip("keras.losses")
        y, z = scores["binary"]
        z = z.clip(-10, 10)
        theirs = [
            losses.BinaryFocalCrossentropy(
                gamma=gamma, alpha=0.25, from_logits=True, apply_class_balancing=balancing
            )(y[:, np.newaxis], z[:, np.newaxis])
            for balancing in (False, True)
        ]
        ours = [focal_loss(y, z, gamma=gamma, alpha=alpha) for alpha in (None, 0.25)]
        np.testing.assert_allclose(ours, [float(each) for each in theirs], rtol=1e-4)
        y, z = scores["softmax"]
        for alpha, weights in ((0.25, np.full(4, 0.25)), ([0.1, 0.2, 0.3, 0.4],) * 2):
            loss = losses.CategoricalFocalCrossentropy(gamma=gamma, alpha=alpha, from_logits=True)
            ours = focal_loss(y, z, gamma=gamma, alpha=weights)
            np.testing.assert_allclose(ours, float(loss(np.eye(4)[y], z)), rtol=1e-4)

    @pytest.mark.parametrize("gamma", GAMMAS)
    def test_kornia(self, scores, gamma):
        losses = pytest.importorskip("kornia.losses")
        torch = pytest.importorskip("torch")
        y, z = scores["softmax"]
        theirs = losses.focal_loss(
            torch.tensor(z), torch.tensor(y), alpha=0.3, gamma=gamma, reduction="mean"
        )
        ours = focal_loss(y, z, gamma=gamma, alpha=[0.7, 0.3, 0.3, 0.3])
        np.testing.assert_allclose(float(theirs), ours / 4, rtol=1e-9)
        y, z = scores["binary"]
        theirs = losses.binary_focal_loss_with_logits(
            torch.tensor(z[:, np.newaxis]), torch.tensor(y[:, np.newaxis]), gamma=gamma
        )
        ours = focal_loss(y, z, gamma=gamma, alpha=0.25, reduction="none")
        np.testing.assert_allclose(ours, theirs.numpy()[:, 0], rtol=1e-9)

    @pytest.mark.parametrize("gamma", GAMMAS)
    def test_the_definition(self, scores, gamma):
        y, z = scores["binary"]
        log_p = log_expit(np.where(y == 1, z, -z))
        alpha = np.where(y == 1, 0.25, 0.75)
        expected = -alpha * (1 - np.exp(log_p)) ** gamma * log_p
        ours = focal_loss(y, z, gamma=gamma, alpha=0.25, reduction="none")
        np.testing.assert_allclose(ours, expected, rtol=1e-6)
        y, z = scores["softmax"]
        log_p = log_softmax(z, axis=1)[np.arange(50), y]
        expected = -((1 - np.exp(log_p)) ** gamma) * log_p
        ours = focal_loss(y, z, gamma=gamma, reduction="none")
        np.testing.assert_allclose(ours, expected, rtol=1e-6)

    def test_weight_decay_is_c(self, table):
        X, y = table
        model = FocalLogisticRegression(gamma=2, C=0.7, tol=1e-8).fit(X, y)
        decay = 1 / (2 * 0.7 * len(y))
        w, b = model.coef_[0], model.intercept_[0]

        def objective(step, j):
            moved = w + step * (np.arange(len(w)) == j)
            return focal_loss(y, X @ moved + b, gamma=2) + decay * moved @ moved

        slopes = [(objective(1e-5, j) - objective(-1e-5, j)) / 2e-5 for j in range(len(w))]
        np.testing.assert_allclose(slopes, 0, atol=1e-7)


# LightGBM 4.6 makes up names of columns, and then misses them.
@pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning")
class TestBoosting:
    """Weights of the boosting libraries."""

    def test_scale_pos_weight_of_xgboost(self, table):
        xgboost = pytest.importorskip("xgboost")
        boosting = pytest.importorskip("skfocal.boosting")
        X, y = table
        settings = {"n_estimators": 20, "max_depth": 3, "n_jobs": 1}
        theirs = xgboost.XGBClassifier(scale_pos_weight=5, **settings)
        ours = boosting.FocalXGBClassifier(
            focal_gamma=0, focal_alpha={0: 1, 1: 5}, probability="weighted", **settings
        )
        expected = theirs.fit(X, y).predict_proba(X)
        np.testing.assert_allclose(ours.fit(X, y).predict_proba(X), expected, atol=2e-3)

    def test_scale_pos_weight_of_lightgbm_from_the_same_start(self, table, lightgbm_settings):
        lightgbm = pytest.importorskip("lightgbm")
        boosting = pytest.importorskip("skfocal.boosting")
        X, y = table
        ours = boosting.FocalLGBMClassifier(
            focal_gamma=0, focal_alpha={0: 1, 1: 5}, probability="weighted", **lightgbm_settings
        ).fit(X, y)
        start = np.full(len(y), logit(5 * y.sum() / (5 * y.sum() + (1 - y).sum())))
        theirs = lightgbm.LGBMClassifier(scale_pos_weight=5, **lightgbm_settings)
        margins = theirs.fit(X, y, init_score=start).predict(X, raw_score=True)
        np.testing.assert_allclose(ours.predict_proba(X)[:, 1], expit(start + margins), atol=1e-9)

    def test_class_weight_of_lightgbm(self, table, lightgbm_settings):
        lightgbm = pytest.importorskip("lightgbm")
        boosting = pytest.importorskip("skfocal.boosting")
        X, y = table
        weights = {0: 1, 1: 5}
        theirs = lightgbm.LGBMClassifier(class_weight=weights, **lightgbm_settings).fit(X, y)
        for parameter in ("class_weight", "focal_alpha"):
            ours = boosting.FocalLGBMClassifier(
                focal_gamma=0, probability="weighted", **{parameter: weights}, **lightgbm_settings
            ).fit(X, y)
            np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-9)

    def test_is_unbalance_has_the_ratio_of_balanced(self, table, lightgbm_settings):
        lightgbm = pytest.importorskip("lightgbm")
        X, y = table
        n_frequent, n_rare = np.bincount(y)
        automatic = lightgbm.LGBMClassifier(is_unbalance=True, **lightgbm_settings).fit(X, y)
        by_hand = lightgbm.LGBMClassifier(scale_pos_weight=n_frequent / n_rare, **lightgbm_settings)
        np.testing.assert_allclose(
            automatic.predict_proba(X), by_hand.fit(X, y).predict_proba(X), atol=1e-9
        )

    def test_the_built_in_focal_loss_of_catboost(self, scores):
        utils = pytest.importorskip("catboost.utils")
        y, z = scores["binary"]
        [theirs] = utils.eval_metric(y, z, "Focal:focal_alpha=0.25;focal_gamma=2.0")
        assert focal_loss(y, z, gamma=2, alpha=0.25) == pytest.approx(theirs, rel=1e-5)
