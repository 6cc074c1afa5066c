"""Estimated class shares maximise the likelihood."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning

from skfocal.calibration import adjust_prior, estimate_prior

# Class shares that EMQ of quapy 0.2.3 estimates for `draw_table(n_classes)`.
QUAPY = {
    2: [0.15951352, 0.84048648],
    3: [0.08998418, 0.64624002, 0.2637758],
    5: [0.32681367, 0.05554282, 0.05574693, 0.35526495, 0.20663163],
}


def draw(rng, n_samples, old_prior, new_prior, distance=2.0):
    """Return exact probabilities for `old_prior` of samples with the shares `new_prior`."""
    n_classes = len(old_prior)
    means = distance * np.eye(n_classes)
    y = rng.choice(n_classes, n_samples, p=new_prior)
    x = rng.normal(size=(n_samples, n_classes)) + means[y]
    return softmax(x @ means.T - (means**2).sum(axis=1) / 2 + np.log(old_prior), axis=1)


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(0)
    found = {}
    for n_classes in QUAPY:
        old_prior = rng.dirichlet(np.full(n_classes, 3.0))
        new_prior = rng.dirichlet(np.ones(n_classes))
        found[n_classes] = draw(rng, 40, old_prior, new_prior), old_prior
    return found


@pytest.mark.parametrize("n_classes", QUAPY)
def test_quapy_gives_the_same_shares(n_classes, tables):
    estimate = estimate_prior(*tables[n_classes], tol=1e-12, n_resamples=0)
    np.testing.assert_allclose(estimate.prior, QUAPY[n_classes], atol=2e-8)
    assert estimate.converged


@pytest.mark.parametrize("count", [0, 5, 20, 50, 65, 80, 100])
def test_one_binary_feature_has_a_closed_form(count):
    """Of 100 samples `count` have the feature, which 20 % and 70 % of the classes have."""
    old_prior = np.array([0.6, 0.4])
    with_feature, without = np.array([0.2, 0.7]) * old_prior, np.array([0.8, 0.3]) * old_prior
    rows = np.array([with_feature] * count + [without] * (100 - count))
    probabilities = rows / rows.sum(axis=1, keepdims=True)
    expected = np.clip((count / 100 - 0.2) / 0.5, 0, 1)
    # The derivative is 0 at a bound, too, for 20 samples, where EM is slow.
    tol, atol = (1e-6, 1e-3) if count == 20 else (1e-12, 1e-9)
    estimate = estimate_prior(probabilities, old_prior, tol=tol, n_resamples=0)
    np.testing.assert_allclose(estimate.prior, [1 - expected, expected], atol=atol)


@pytest.mark.parametrize("n_classes", QUAPY)
def test_it_is_a_fixed_point_of_the_mean_adjusted_probability(n_classes, tables):
    probabilities, old_prior = tables[n_classes]
    estimate = estimate_prior(probabilities, old_prior, tol=1e-12, n_resamples=0)
    adjusted = adjust_prior(probabilities, old_prior, estimate.prior)
    np.testing.assert_allclose(adjusted.mean(axis=0), estimate.prior, atol=1e-9)


@pytest.mark.parametrize("n_classes", QUAPY)
def test_tol_bounds_the_distance_from_the_maximum(n_classes, tables):
    probabilities, old_prior = tables[n_classes]

    def likelihood(estimate):
        return np.log((probabilities / old_prior) @ estimate.prior).mean()

    best = likelihood(estimate_prior(probabilities, old_prior, tol=1e-13, n_resamples=0))
    for tol in (1e-2, 1e-4, 1e-6):
        found = likelihood(estimate_prior(probabilities, old_prior, tol=tol, n_resamples=0))
        assert best - tol <= found <= best + 1e-12


def test_intervals_cover_the_true_shares():
    rng = np.random.default_rng(1)
    old_prior, new_prior = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.3, 0.6])
    covered = []
    for seed in range(60):
        probabilities = draw(rng, 150, old_prior, new_prior)
        estimate = estimate_prior(probabilities, old_prior, n_resamples=100, random_state=seed)
        assert (estimate.low <= estimate.prior).all()
        assert (estimate.prior <= estimate.high).all()
        covered.append((estimate.low <= new_prior) & (new_prior <= estimate.high))
    assert 0.87 < np.mean(covered) <= 1


def test_intervals_shrink_with_more_samples_and_less_confidence():
    rng = np.random.default_rng(2)
    prior = np.array([0.7, 0.3])
    widths = {}
    for n_samples, level in [(200, 0.95), (5000, 0.95), (200, 0.5)]:
        probabilities = draw(rng, n_samples, prior, prior)
        found = estimate_prior(probabilities, prior, confidence_level=level, random_state=0)
        widths[n_samples, level] = (found.high - found.low)[0]
    assert widths[5000, 0.95] < widths[200, 0.95] / 3
    assert widths[200, 0.5] < widths[200, 0.95] / 2


def test_batches_of_resamples_give_the_same_intervals(tables, monkeypatch):
    first = estimate_prior(*tables[3], random_state=0)
    monkeypatch.setattr("skfocal.calibration._estimation._BATCH_SIZE", 120)
    second = estimate_prior(*tables[3], random_state=0)
    np.testing.assert_allclose(second.low, first.low, atol=1e-3)
    np.testing.assert_allclose(second.high, first.high, atol=1e-3)


def test_one_column_is_the_second_of_two(tables):
    probabilities, old_prior = tables[2]
    both = estimate_prior(probabilities, old_prior, random_state=0)
    one = estimate_prior(probabilities[:, 1], old_prior[1], random_state=0)
    for name in ("prior", "low", "high"):
        np.testing.assert_allclose(getattr(one, name), getattr(both, name), atol=1e-6)


def test_a_class_that_is_never_predicted_has_no_share():
    rng = np.random.default_rng(3)
    probabilities = np.column_stack([draw(rng, 100, [0.5, 0.5], [0.8, 0.2]), np.zeros(100)])
    estimate = estimate_prior(probabilities, [0.4, 0.4, 0.2], random_state=0)
    assert estimate.prior[2] == estimate.low[2] == estimate.high[2] == 0
    alone = estimate_prior(probabilities[:, :2], [0.5, 0.5], n_resamples=0)
    np.testing.assert_allclose(estimate.prior[:2], alone.prior, atol=1e-6)


def test_one_sample_has_the_limit_and_no_interval():
    estimate = estimate_prior([[0.2, 0.5, 0.3]], [0.1, 0.5, 0.4])
    np.testing.assert_allclose(estimate.prior, [1, 0, 0], atol=1e-6)
    assert np.isnan(estimate.low).all()
    assert np.isnan(estimate.high).all()


def test_too_few_iterations_are_reported(tables):
    with pytest.warns(ConvergenceWarning, match="did not converge in max_iter=2"):
        estimate = estimate_prior(*tables[3], max_iter=2, n_resamples=0)
    assert not estimate.converged
    assert estimate.n_iter == 2


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        (([], 0.5), {}, ValueError, "probabilities must hold at least one sample"),
        (([0.3, 0.3], 0.3), {}, ValueError, "does not distinguish the classes"),
        (([0.3, 0.4], 0.0), {}, ValueError, "train_prior must hold one finite number > 0"),
        (([0.3, 1.4], 0.5), {}, ValueError, r"probabilities must lie in \[0, 1\]"),
        (([0.3], 0.5), {"n_resamples": -1}, ValueError, "n_resamples must be an integer >= 0"),
        (([0.3], 0.5), {"confidence_level": 1}, ValueError, "confidence_level must be a number"),
        (([0.3], 0.5), {"tol": 0}, ValueError, "tol must be a finite number > 0"),
        (([0.3], 0.5), {"max_iter": 0}, ValueError, "max_iter must be an integer >= 1"),
        (([0.3], "half"), {}, TypeError, "train_prior must be a number for two classes"),
    ],
)
def test_invalid_input_is_refused(arguments, options, error, message):
    with pytest.raises(error, match=message):
        estimate_prior(*arguments, **options)
