"""Minimisation on samples first and on the whole table last."""

import numpy as np
import pytest
from builders import make_objective

from skfocal._solver.preconditioning import precondition
from skfocal._solver.sampling import subsample
from skfocal._solver.training import train


def make_problem(n_samples, n_features=4, n_classes=2, *, gamma=2.0, rarity=1.0, alike=False):
    """Return an objective on columns of very different units."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, n_features))
    if alike:
        X = X.cumsum(axis=1)
    X *= np.geomspace(0.01, 100, n_features)
    scores = X @ (rng.standard_normal((n_features, n_classes)) / np.abs(X).max(axis=0)[:, None])
    scores[:, 1:] -= rarity
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    return make_objective(X, codes, gamma=gamma, strength=1 / n_samples)


@pytest.fixture
def sample_sizes(monkeypatch):
    """Return a list to which every sample that is drawn adds its size."""
    sizes = []

    def spy(objective, n_rows):
        sizes.append(n_rows)
        return subsample(objective, n_rows)

    monkeypatch.setattr("skfocal._solver.training.subsample", spy)
    return sizes


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_samples", [200, 30_000])
@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-11])
def test_every_component_of_the_gradient_falls_below_tol(gamma, n_classes, n_samples, tol):
    objective = make_problem(n_samples, 4, n_classes, gamma=gamma)

    minimum = train(objective, tol=tol, max_iter=200)

    value, gradient = objective.value_and_gradient(minimum.parameters)
    assert np.abs(gradient).max() <= tol
    assert minimum.value == value
    np.testing.assert_array_equal(minimum.gradient, gradient)


@pytest.mark.parametrize("rarity", [1.0, 6.0])
def test_a_large_table_is_read_a_few_times_only(rarity):
    objective = make_problem(300_000, rarity=rarity)
    before = objective.blocks.reads.n_rows

    train(objective, tol=1e-7, max_iter=200)

    assert (objective.blocks.reads.n_rows - before) / 300_000 <= 10


def test_samples_lead_to_the_minimum_of_the_table(monkeypatch):
    with_samples = train(make_problem(70_000), tol=1e-8, max_iter=200)
    monkeypatch.setattr("skfocal._solver.training._sample_size", lambda _: None)
    without = train(make_problem(70_000), tol=1e-8, max_iter=200)

    np.testing.assert_allclose(with_samples.parameters, without.parameters, atol=1e-7)


def test_an_intercept_alone_starts_near_its_minimum():
    objective = make_problem(500, n_features=1, rarity=3.0)
    constant = make_objective(np.zeros((500, 1)), objective.blocks.codes, gamma=0.0, strength=0.0)

    # Without focus the prior log-odds are the answer.
    assert train(constant, tol=1e-12, max_iter=10).n_iter == 0


@pytest.mark.parametrize("n_samples", [500, 30_000])
def test_a_similar_minimum_is_a_good_start(n_samples):
    objective = make_problem(n_samples, gamma=2.0)
    other = make_problem(n_samples, gamma=2.05)
    cold = train(objective, tol=1e-8, max_iter=200)
    similar = train(other, tol=1e-8, max_iter=200).parameters

    warm = train(objective, tol=1e-8, max_iter=200, start=similar)

    assert warm.n_iter <= cold.n_iter
    np.testing.assert_allclose(warm.parameters, cold.parameters, atol=1e-6)
    again = train(objective, tol=1e-8, max_iter=200, start=warm.parameters)
    assert again.n_iter == 0
    np.testing.assert_array_equal(again.parameters, warm.parameters)


def test_a_similar_minimum_needs_one_sample_at_most(sample_sizes):
    objective = make_problem(70_000)
    similar = train(objective, tol=1e-3, max_iter=200).parameters
    sample_sizes.clear()

    train(objective, tol=1e-6, max_iter=200, start=similar)

    # The curvature is measured on it.
    assert len(sample_sizes) <= 1


@pytest.mark.parametrize("max_iter", [1, 2, 35])
@pytest.mark.parametrize("n_samples", [500, 30_000])
def test_iterations_over_the_table_are_limited(max_iter, n_samples):
    objective = make_problem(n_samples)

    minimum = train(objective, tol=1e-300, max_iter=max_iter)

    assert minimum.n_iter <= max_iter
    assert max_iter in (35, minimum.n_iter)


def test_what_rounding_forbids_ends_at_rounding():
    objective = make_problem(2000)

    minimum = train(objective, tol=1e-300, max_iter=1000)

    assert minimum.n_iter < 200
    assert minimum.gradient_norm < 1e-14


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("distance", [3.0, 100.0])
def test_a_start_far_away_is_left_behind(n_classes, distance):
    objective = make_problem(3000, n_classes=n_classes)
    best = train(objective, tol=1e-9, max_iter=200)
    away = distance * np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    away = away if n_classes == 2 else np.stack([away, -away, 0 * away])

    minimum = train(objective, tol=1e-9, max_iter=200, start=away)

    np.testing.assert_allclose(minimum.parameters, best.parameters, atol=1e-6)
    # The curvature that was measured out there has to be measured again on the way.
    assert minimum.n_iter <= 50


@pytest.mark.parametrize("n_features", [900, 1200])
def test_a_dear_factor_is_measured_only_if_the_diagonal_does_not_do(monkeypatch, n_features):
    factors = []

    def spy(objective, parameters):
        factors.append(parameters)
        return precondition(objective, parameters)

    monkeypatch.setattr("skfocal._solver.training.precondition", spy)
    easy = make_problem(3000, n_features)
    hard = make_problem(3000, n_features, alike=True)

    train(easy, tol=1e-3, max_iter=200)
    assert factors == []
    minimum = train(hard, tol=1e-7, max_iter=200)
    assert len(factors) >= 1
    assert minimum.gradient_norm <= 1e-7
    # The diagonal alone takes more than 300.
    assert minimum.n_iter <= 100


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_search_goes_on_in_proportion_where_the_gradient_is_small_from_the_start(n_classes):
    objective = make_problem(20_000, n_classes=n_classes, gamma=2.0, rarity=7.0)
    assert objective.class_totals.min() < 100

    minimum = train(objective, tol=1e-5, max_iter=200)
    best = train(objective, tol=1e-13, max_iter=200)

    assert minimum.gradient_norm < 5e-6
    assert minimum.value <= best.value * (1 + 1e-6)
