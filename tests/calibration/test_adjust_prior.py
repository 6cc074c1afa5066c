"""Probabilities adjusted to another prior follow Bayes' rule."""

import numpy as np
import pytest
from scipy.special import softmax

from skfocal.calibration import adjust_prior
from skfocal.calibration._prior import adjust_log_probabilities

RNG = np.random.default_rng(0)
PRIORS = [np.array([0.9, 0.1]), np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.3, 0.4])]


def draw_probabilities(n_classes, n_samples=200):
    return RNG.dirichlet(np.ones(n_classes), n_samples)


@pytest.mark.parametrize("new_prior", PRIORS, ids=len)
def test_known_densities_give_the_posterior_for_any_prior(new_prior):
    x = np.linspace(-3, 6, 50)[:, np.newaxis]
    log_density = -0.5 * (x - 2 * np.arange(len(new_prior))) ** 2
    old_prior = RNG.dirichlet(np.ones(len(new_prior)))
    before, expected = (
        softmax(log_density + np.log(prior), axis=1) for prior in (old_prior, new_prior)
    )
    np.testing.assert_allclose(adjust_prior(before, old_prior, new_prior), expected, rtol=1e-12)
    logs = adjust_log_probabilities(np.log(before), old_prior, new_prior)
    np.testing.assert_allclose(np.exp(logs), expected, rtol=1e-12)


@pytest.mark.parametrize("prior", PRIORS, ids=len)
def test_the_same_prior_changes_nothing(prior):
    given = draw_probabilities(len(prior))
    np.testing.assert_allclose(adjust_prior(given, prior, prior), given, rtol=1e-15)


@pytest.mark.parametrize("prior", PRIORS, ids=len)
def test_two_changes_are_one(prior):
    given = draw_probabilities(len(prior))
    middle, last = prior[::-1], RNG.dirichlet(np.ones(len(prior)))
    twice = adjust_prior(adjust_prior(given, prior, middle), middle, last)
    np.testing.assert_allclose(twice, adjust_prior(given, prior, last), rtol=1e-13)


@pytest.mark.parametrize("prior", PRIORS, ids=len)
def test_uninformative_probabilities_become_the_new_prior(prior):
    old_prior = prior[::-1]
    np.testing.assert_allclose(adjust_prior([old_prior], old_prior, prior), [prior])


def test_one_column_is_the_second_of_two():
    given = draw_probabilities(2)
    both = adjust_prior(given, 0.3, 0.05)
    np.testing.assert_allclose(adjust_prior(given[:, 1], 0.3, 0.05), both[:, 1], rtol=1e-12)
    np.testing.assert_array_equal(both, adjust_prior(given, [0.7, 0.3], [0.95, 0.05]))


def test_priors_may_be_counts():
    given = draw_probabilities(3)
    counts = np.array([30, 10, 60])
    np.testing.assert_allclose(
        adjust_prior(given, counts, [1, 1, 2]), adjust_prior(given, counts / 100, [0.25, 0.25, 0.5])
    )


def test_a_class_that_cannot_occur_has_probability_zero():
    given = draw_probabilities(3)
    adjusted = adjust_prior(given, [0.2, 0.3, 0.5], [0.4, 0.6, 0.0])
    assert (adjusted[:, 2] == 0).all()
    np.testing.assert_allclose(adjusted[:, :2], given[:, :2] / given[:, :2].sum(1, keepdims=True))
    tiny = adjust_prior(given, [0.2, 0.3, 0.5], [0.4, 0.6, 1e-12])
    np.testing.assert_allclose(adjusted, tiny, atol=1e-9)


def test_certain_predictions_stay_certain():
    np.testing.assert_array_equal(adjust_prior([0.0, 1.0], 0.5, 1e-300), [0.0, 1.0])


@pytest.mark.parametrize("function", [adjust_prior, adjust_log_probabilities])
def test_a_sample_that_no_class_can_explain_is_refused(function):
    given = np.array([[0.5, 0.5], [0.0, 1.0]])
    if function is adjust_log_probabilities:
        given = np.array([[-1.0, -1.0], [-np.inf, 0.0]])
    with pytest.raises(ValueError, match="whose new prior is positive; 1 samples have none"):
        function(given, np.array([0.5, 0.5]), np.array([1.0, 0.0]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 1.2], 0.5, 0.1), r"probabilities must lie in \[0, 1\]; got 1.2"),
        (([0.5, np.nan], 0.5, 0.1), r"probabilities must lie in \[0, 1\]; got nan"),
        (([[0.5, 0.4]], 0.5, 0.1), "probabilities must sum to 1"),
        (([[[0.5, 0.5]]], 0.5, 0.1), "probabilities must be of shape"),
        (([[1.0]], [1.0], [1.0]), "probabilities must be of shape"),
        (([0.5], 0.0, 0.1), "old_prior must hold one finite number > 0"),
        (([0.5], [0.5, -0.5], 0.1), "old_prior must hold one finite number > 0"),
        (([0.5], 0.5, 1.1), r"new_prior, as a number, must be the share of class 1, in \[0, 1\]"),
        (([0.5], 0.5, [0.2, 0.3, 0.5]), "new_prior must hold one finite number >= 0 for each of"),
        (([0.5], 0.5, [0.0, 0.0]), "new_prior must hold .* not all 0"),
        (([[0.2, 0.3, 0.5]], 0.5, [1, 1, 1]), "old_prior must hold one share for each of the 3"),
        (([0.5], 0.5, [np.inf, 1.0]), "new_prior must hold one finite number"),
    ],
)
def test_invalid_values_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        adjust_prior(*arguments)


@pytest.mark.parametrize("prior", ["balanced", None, True, {"a": 1.0}, [[1.0], [1.0, 2.0]]])
def test_invalid_types_are_refused(prior):
    with pytest.raises(TypeError, match="new_prior must be a number for two classes, or one"):
        adjust_prior([0.5], 0.5, prior)
