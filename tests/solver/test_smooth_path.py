"""Candidates that are trained together have the minima of separate fits."""

from dataclasses import replace

import numpy as np
import pytest
from builders import make_objective, noisy_data

from skfocal._solver.objective import constant_parameters
from skfocal._solver.smooth_path import SmoothPath, _middles, _sampled
from skfocal._solver.training import train
from skfocal.losses import FocalLoss

GAMMAS = 0.0, 1.0, 3.0


def candidates(n_classes, n_samples=300, absent=None):
    """Return objectives with two class weights and seven values of C, and what they combine.

    The last column is the sum of the first two. One class may have no weight.
    """
    X, labels = noisy_data(n_classes, n_samples)
    codes = np.unique(labels, return_inverse=True)[1]
    X = np.column_stack([X, X[:, 0] + X[:, 1]])
    weights = None if absent is None else np.where(codes == absent, 0.0, 1.0)
    base = make_objective(X, codes, weights, n_classes=n_classes)
    class_weights = np.ones(n_classes), np.linspace(0.5, 3, n_classes)
    combinations = [
        (alpha, 0.0, C) for alpha in range(2) for C in (*np.geomspace(1e-3, 1e2, 6), np.inf)
    ]
    objectives = [base.weighted(class_weights[alpha], C) for alpha, _, C in combinations]
    return objectives, combinations


def assert_minima_of_separate_fits(objectives, combinations):
    path = SmoothPath(objectives, combinations, tol=1e-7, max_iter=1000)
    for gamma in GAMMAS:
        together = path.advance(gamma)
        for objective, found in zip(objectives, together, strict=True):
            alone = train(replace(objective, loss=FocalLoss(gamma)), tol=1e-7, max_iter=1000)
            expected = objective.columns.raw_parameters(alone.parameters)
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert path.n_unconverged == 0


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("n_samples", [300, 20_000], ids=["short", "long"])
def test_minima_are_those_of_separate_fits(n_classes, n_samples):
    assert_minima_of_separate_fits(*candidates(n_classes, n_samples))


def test_one_class_with_weight():
    assert_minima_of_separate_fits(*candidates(2, absent=0))


def test_order_of_the_candidates_does_not_matter():
    objectives, combinations = candidates(2)
    order = np.random.default_rng(0).permutation(len(objectives))
    found = [
        SmoothPath(
            [objectives[at] for at in chosen],
            [combinations[at] for at in chosen],
            tol=1e-7,
            max_iter=1000,
        ).advance(2.0)
        for chosen in (np.arange(len(order)), order)
    ]
    np.testing.assert_allclose(found[1], found[0][order], rtol=1e-10)


def test_neighbours_have_the_same_class_weights_and_the_nearest_penalties():
    _, combinations = candidates(2)
    middles = _middles(np.arange(len(combinations)), combinations)
    for each, middle in zip(combinations, middles, strict=True):
        assert combinations[middle][0] == each[0]
    for middle in np.unique(middles):
        alpha, _, _ = combinations[middle]
        Cs = [C for each, (own, _, C) in enumerate(combinations) if middles[each] == middle]
        between = [C for own, _, C in combinations if own == alpha and min(Cs) <= C <= max(Cs)]
        assert sorted(Cs) == sorted(between)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_sample_has_the_totals_of_the_classes(n_classes):
    objectives, _ = candidates(n_classes, 20_000)
    samples = _sampled(objectives)
    assert samples[0].blocks.shape[0] < 10_000
    for objective, sample in zip(objectives, samples, strict=True):
        drawn = sample.blocks.class_totals(n_classes)
        weight = 1 if sample.class_weight is None else sample.class_weight
        np.testing.assert_allclose(sample.class_totals, drawn * weight, rtol=1e-9)
        np.testing.assert_allclose(sample.class_totals, objective.class_totals, rtol=1e-9)
        assert sample.total_weight == pytest.approx(objective.total_weight, rel=1e-9)
        np.testing.assert_allclose(
            constant_parameters(sample), constant_parameters(objective), rtol=1e-9
        )
