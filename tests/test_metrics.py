import numpy as np
import pytest

from skfocal.metrics import calibration_error, reliability_curve


def test_a_constant_prediction_is_off_by_its_distance_from_the_frequency():
    y_true = np.repeat([0, 1], [70, 30])
    assert calibration_error(y_true, np.full(100, 0.3)) == pytest.approx(0, abs=1e-15)
    assert calibration_error(y_true, np.full(100, 0.45)) == pytest.approx(0.15)


def test_both_forms_agree_with_the_formula_over_known_bins():
    y_true = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
    y_prob = np.array([0.05, 0.1, 0.1, 0.2, 0.35, 0.5, 0.55, 0.7, 0.8, 0.95])
    first, second = y_prob[:5].mean() - 0.2, y_prob[5:].mean() - 0.8
    assert calibration_error(y_true, y_prob, n_bins=2) == pytest.approx(
        (abs(first) + abs(second)) / 2
    )
    by_chance = 0.2 * 0.8 / 4
    assert calibration_error(y_true, y_prob, n_bins=2, form="debiased") == pytest.approx(
        (first**2 + second**2) / 2 - by_chance
    )


def test_the_debiased_form_is_unbiased_and_the_absolute_one_is_not():
    rng = np.random.default_rng(0)
    debiased, absolute = [], []
    for _ in range(600):
        y_prob = rng.uniform(size=60)
        y_true = rng.uniform(size=60) < y_prob
        debiased.append(calibration_error(y_true, y_prob, form="debiased"))
        absolute.append(calibration_error(y_true, y_prob))
    standard_error = np.std(debiased) / np.sqrt(len(debiased))
    # Probabilities differ within a bin, which takes a little more variance away than there is.
    assert abs(np.mean(debiased)) < 4 * standard_error + 1e-3
    assert np.mean(absolute) > 0.1


def test_bins_hold_equally_many_rows_where_no_probability_repeats():
    rng = np.random.default_rng(1)
    for n_samples in (10, 11, 99, 100, 101):
        y_prob = rng.permutation(np.linspace(0, 1, n_samples))
        curve = reliability_curve(rng.integers(0, 2, n_samples), y_prob, n_bins=10)
        assert len(curve.n_samples) == 10
        assert np.ptp(curve.n_samples) <= 1
        assert curve.n_samples.sum() == n_samples


def test_rows_of_equal_probability_share_a_bin_so_that_their_order_is_nothing():
    rng = np.random.default_rng(2)
    y_prob = rng.choice([0.0, 0.1, 0.4, 1.0], 200, p=[0.7, 0.1, 0.1, 0.1])
    y_true = rng.integers(0, 2, 200)
    order = rng.permutation(200)
    curve = reliability_curve(y_true, y_prob)
    assert 2 <= len(curve.n_samples) <= 4
    for one, other in zip(curve, reliability_curve(y_true[order], y_prob[order]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_single_rows_have_no_variance_to_take_away():
    y_true, y_prob = [0, 1], [0.2, 0.7]
    assert calibration_error(y_true, y_prob, form="debiased") == pytest.approx(
        (0.2**2 + 0.3**2) / 2
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 2], [0.1, 0.2]), "y_true must hold 0 and 1 only; got 2"),
        (([0, 1], [0.1, 1.2]), r"y_prob must lie in \[0, 1\]; got 1.2"),
        (([0, 1], [0.1, np.nan]), r"y_prob must lie in \[0, 1\]; got nan"),
        (([0, 1], [0.1]), "inconsistent numbers of samples"),
        (([], []), "at least one row"),
    ],
)
def test_bad_rows_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        calibration_error(*arguments)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="n_bins must be at least 1; got 0"):
        calibration_error([0, 1], [0.1, 0.2], n_bins=0)
    with pytest.raises(ValueError, match="form must be 'absolute' or 'debiased'; got 'l2'"):
        calibration_error([0, 1], [0.1, 0.2], form="l2")
