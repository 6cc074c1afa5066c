"""Binned calibration error: closed forms, other implementations, invariances and errors."""

import numpy as np
import pytest

from skfocal.metrics import calibration_error

STRATEGIES = ["quantile", "uniform"]
FORMS = ["absolute", "debiased"]


def draw_classes(n_samples=400, n_classes=3, seed=0):
    rng = np.random.default_rng(seed)
    y_prob = rng.dirichlet(np.ones(n_classes), size=n_samples)
    return (rng.uniform(size=(n_samples, 1)) > y_prob.cumsum(axis=1)).sum(axis=1), y_prob


def test_error_of_a_constant_prediction():
    y_true = np.repeat([0, 1], [70, 30])
    for strategy in STRATEGIES:
        error = calibration_error(y_true, np.full(100, 0.3), strategy=strategy)
        assert error == pytest.approx(0, abs=1e-15)
        error = calibration_error(y_true, np.full(100, 0.45), strategy=strategy)
        assert error == pytest.approx(0.15)


def test_both_forms_agree_with_the_formula():
    y_true = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
    y_prob = np.array([0.05, 0.1, 0.1, 0.2, 0.35, 0.5, 0.55, 0.7, 0.8, 0.95])
    first, second = y_prob[:5].mean() - 0.2, y_prob[5:].mean() - 0.8
    assert calibration_error(y_true, y_prob, n_bins=2) == pytest.approx(
        (abs(first) + abs(second)) / 2
    )
    bias = 0.2 * 0.8 / 4
    assert calibration_error(y_true, y_prob, n_bins=2, form="debiased") == pytest.approx(
        (first**2 + second**2) / 2 - bias
    )


# The expected values are from uncertainty-calibration 0.1.4 (Kumar, Liang, Ma 2019): bins from
# get_equal_bins and get_equal_prob_bins, errors from plugin_ce(power=1) and unbiased_square_ce,
# averaged over the classes for classwise. For bins of equal width, conf_ECE and classwise_ECE of
# pycalib 0.1.0.dev6 (Perello-Nieto et al.) give the same values.
PUBLISHED_PROBABILITIES = np.array([
    [0.80, 0.06, 0.14], [0.03, 0.80, 0.17], [0.09, 0.65, 0.26], [0.08, 0.48, 0.44],
    [0.15, 0.84, 0.01], [0.12, 0.68, 0.20], [0.88, 0.10, 0.02], [0.22, 0.24, 0.54],
    [0.13, 0.40, 0.47], [0.55, 0.35, 0.10], [0.76, 0.04, 0.20], [0.61, 0.13, 0.26],
    [0.18, 0.56, 0.26], [0.45, 0.52, 0.03], [0.19, 0.59, 0.22], [0.67, 0.07, 0.26],
    [0.28, 0.34, 0.38], [0.05, 0.36, 0.59], [0.08, 0.69, 0.23], [0.47, 0.19, 0.34],
])  # fmt: skip
PUBLISHED_CLASSES = np.array([0, 1, 1, 2, 1, 1, 0, 2, 2, 0, 2, 0, 1, 1, 0, 1, 2, 0, 1, 0])


@pytest.mark.parametrize(
    ("strategy", "form", "of_class_2", "top_label", "classwise"),
    [
        ("quantile", "absolute", 0.164, 0.1315, 0.14833333333333334),
        ("quantile", "debiased", 0.024912, -0.011523, 0.00220266666666667),
        ("uniform", "absolute", 0.039, 0.1315, 0.10066666666666667),
        ("uniform", "debiased", -0.04177773214285715, -0.007061, -0.01798755357142857),
    ],
)
def test_agreement_with_other_implementations(strategy, form, of_class_2, top_label, classwise):
    y_true, y_prob = PUBLISHED_CLASSES, PUBLISHED_PROBABILITIES
    options = {"n_bins": 4, "strategy": strategy, "form": form}
    for multi_class, expected in (("top-label", top_label), ("classwise", classwise)):
        error = calibration_error(y_true, y_prob, multi_class=multi_class, **options)
        assert error == pytest.approx(expected, rel=1e-12)
    error = calibration_error(y_true == 2, y_prob[:, 2], **options)
    assert error == pytest.approx(of_class_2, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_debiased_form_is_unbiased_and_absolute_form_is_not(weighted):
    rng = np.random.default_rng(0)
    debiased, absolute = [], []
    for _ in range(600):
        y_prob = rng.uniform(size=60)
        y_true = rng.uniform(size=60) < y_prob
        weight = rng.uniform(size=60) ** 3 if weighted else None
        debiased.append(calibration_error(y_true, y_prob, sample_weight=weight, form="debiased"))
        absolute.append(calibration_error(y_true, y_prob, sample_weight=weight))
    standard_error = np.std(debiased) / np.sqrt(len(debiased))
    # The small tolerance allows for probabilities that differ within a bin.
    assert abs(np.mean(debiased)) < 4 * standard_error + 1e-3
    assert np.mean(absolute) > 0.1


def test_debiased_form_uses_the_effective_sample_size():
    y_true, weight = np.array([1, 0, 0, 1]), np.array([3.0, 1.0, 2.0, 2.0])
    frequency, effective = 5 / 8, 8**2 / (9 + 1 + 4 + 4)
    error = calibration_error(y_true, np.full(4, 0.5), sample_weight=weight, form="debiased")
    assert error == pytest.approx(
        (frequency - 0.5) ** 2 - frequency * (1 - frequency) / (effective - 1)
    )


@pytest.mark.parametrize("weight", [None, [1.0, 3.0], [1e-3, 0.7]])
def test_bins_of_one_sample_are_not_corrected(weight):
    error = calibration_error([0, 1], [0.2, 0.7], sample_weight=weight, form="debiased")
    assert error == pytest.approx(np.average([0.2**2, 0.3**2], weights=weight))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("multi_class", ["top-label", "classwise"])
def test_sample_weight_equals_repetition_and_zero_equals_removal(strategy, multi_class):
    y_true, y_prob = draw_classes()
    times = np.random.default_rng(1).integers(0, 4, len(y_true))
    options = {"strategy": strategy, "multi_class": multi_class}
    weighted = calibration_error(y_true, y_prob, sample_weight=times, **options)
    repeated = calibration_error(y_true.repeat(times), y_prob.repeat(times, axis=0), **options)
    assert weighted == pytest.approx(repeated, rel=1e-12)
    is_used = times > 0
    for form in FORMS:
        removed = calibration_error(y_true[is_used], y_prob[is_used], form=form, **options)
        zeros = calibration_error(y_true, y_prob, sample_weight=is_used, form=form, **options)
        assert zeros == removed


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("factor", [0.1, 1e-200, 1e200])
def test_scale_of_sample_weight_has_no_effect(form, factor):
    y_true, y_prob = draw_classes()
    weight = np.random.default_rng(1).uniform(size=len(y_true))
    one = calibration_error(y_true, y_prob, sample_weight=weight, form=form)
    assert calibration_error(
        y_true, y_prob, sample_weight=weight * factor, form=form
    ) == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_multiclass_error_agrees_with_binary_errors(form, strategy):
    y_true, y_prob = draw_classes()
    options = {"form": form, "strategy": strategy, "n_bins": 7}
    one_by_one = [calibration_error(y_true == k, y_prob[:, k], **options) for k in range(3)]
    top = calibration_error(y_prob.argmax(axis=1) == y_true, y_prob.max(axis=1), **options)
    assert calibration_error(y_true, y_prob, multi_class="classwise", **options) == pytest.approx(
        np.mean(one_by_one), rel=1e-13
    )
    assert calibration_error(y_true, y_prob, multi_class="top-label", **options) == top


def test_labels_can_include_classes_that_are_not_in_y_true():
    y_true, y_prob = draw_classes()
    names = np.array(["b", "c", "a"])
    is_present = y_true != 1
    options = {"labels": names, "multi_class": "classwise"}
    by_name = calibration_error(names[y_true[is_present]], y_prob[is_present], **options)
    by_index = calibration_error(
        y_true[is_present], y_prob[is_present], labels=[0, 1, 2], multi_class="classwise"
    )
    assert by_name == by_index
    # Without `labels` the columns are in the order of the sorted labels.
    assert calibration_error(names[y_true], y_prob[:, [2, 0, 1]]) == calibration_error(
        y_true, y_prob
    )


def test_pos_label_can_be_any_label():
    y_true, y_prob = draw_classes(n_classes=2)
    names = np.array(["usual", "rare"])[y_true]
    for label, column in (("rare", 1), ("usual", 0)):
        assert calibration_error(names, y_prob[:, column], pos_label=label) == calibration_error(
            y_true == column, y_prob[:, column]
        )


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([0, 2], [0.1, 0.2]), {}, "y_true must hold only 0 and 1 .* got 2"),
        (([0, 1], [0.1, 1.2]), {}, r"y_prob must lie in \[0, 1\]; got 1.2"),
        (([0, 1], [0.1, np.nan]), {}, r"y_prob must lie in \[0, 1\]; got nan"),
        (([0, 1], ["low", 0.1]), {}, "y_prob must hold numbers"),
        (([0, 1], [0.1]), {}, "y_true and y_prob must .* got 2 and 1"),
        (([], []), {}, "y_true must hold at least one sample"),
        (([[0, 1]], [0.1]), {}, r"y_true must be of shape \(n_samples,\); got shape \(1, 2\)"),
        ((1, 0.1), {}, r"y_prob must be of shape \(n_samples,\); got shape \(\)"),
        (([0.0, np.nan], [0.1, 0.2]), {}, "y_true contains NaN"),
        ((["a", None], [0.1, 0.2]), {"pos_label": "a"}, "y_true must not hold missing"),
        (([0, 1, 2], [0.1, 0.2, 0.3]), {"pos_label": 1}, "y_true must hold at most two labels"),
        ((["a", "b"], [0.1, 0.2]), {"pos_label": "c"}, r"pos_label must be .*'a', 'b'.*got 'c'"),
        (([0, 1], [0.1, 0.2]), {"labels": [0, 1]}, "labels must be None for y_prob of shape"),
        (([0, 1], np.eye(2)), {"pos_label": 1}, "pos_label must be None for y_prob of shape"),
        (([0, 1], [[0.5, 0.5], [0.5, 0.4]]), {}, "y_prob must sum to 1 .* got .* 0.9"),
        (([0, 1], np.eye(3)[:2]), {}, r"labels must hold .* 3 columns .* got \[0, 1\]"),
        (([0, 1], np.eye(2)), {"labels": [0, 0]}, r"labels must hold .* got \[0, 0\]"),
        (
            ([0, 3], np.eye(2)),
            {"labels": [0, 1]},
            r"y_true must hold only labels in \[0, 1\].*got 3",
        ),
        (([0, 1], [0.1, 0.2]), {"sample_weight": [1, -1]}, "sample_weight must hold 2 finite"),
        (
            ([0, 1], [0.1, 0.2]),
            {"sample_weight": [0, 0]},
            "sample_weight .* at least one number > 0",
        ),
        (([0, 1], [0.1, 0.2]), {"n_bins": 0}, "n_bins must be an integer >= 1; got 0"),
        (([0, 1], [0.1, 0.2]), {"form": "l2"}, "form must be one of 'absolute', .* got 'l2'"),
        (([0, 1], [0.1, 0.2]), {"strategy": "width"}, "strategy must be one of .* got 'width'"),
        (([0, 1], [0.1, 0.2]), {"multi_class": "ovr"}, "multi_class must be one of .* got 'ovr'"),
    ],
)
def test_invalid_input_is_rejected(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        calibration_error(*arguments, **options)


def test_n_bins_must_be_an_integer():
    with pytest.raises(TypeError, match=r"n_bins must be an integer >= 1; got 2\.5"):
        calibration_error([0, 1], [0.1, 0.2], n_bins=2.5)


def test_single_columns_are_accepted():
    y_true, y_prob = draw_classes(n_classes=2)
    assert calibration_error(y_true[:, np.newaxis], y_prob[:, 1:]) == calibration_error(
        y_true, y_prob[:, 1]
    )
