"""The output of `verbose` and the count of passes over the data."""

import re

import pytest
from sklearn.datasets import make_classification

from skfocal import FocalLogisticRegression

LINE = re.compile(r"iteration (\d+) \(([a-z ]+)\): objective (\S+), error (\S+)")


def draw(n_samples, n_features=5):
    return make_classification(
        n_samples, n_features, n_informative=4, n_redundant=0, random_state=0
    )


@pytest.mark.parametrize("shape", [(300, 5), (40, 400), (30_000, 5)])
def test_verbose_prints_a_line_for_every_iteration(capsys, shape):
    model = FocalLogisticRegression(verbose=1).fit(*draw(*shape))
    lines = capsys.readouterr().out.splitlines()

    fields = [LINE.fullmatch(line).groups() for line in lines]
    assert [int(number) for number, *_ in fields] == list(range(1, model.n_iter_ + 1))
    _, _, objective, error = fields[-1]
    assert float(objective) == pytest.approx(model.objective_ / shape[0], rel=1e-6)
    assert float(error) <= model.tol


def test_without_verbose_nothing_is_printed(capsys):
    FocalLogisticRegression().fit(*draw(300))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [-1, 1.5, "yes", True])
def test_verbose_must_be_an_integer(verbose):
    with pytest.raises((TypeError, ValueError), match="verbose must be"):
        FocalLogisticRegression(verbose=verbose).fit(*draw(50))


def test_long_data_are_read_a_few_times_only():
    # One pass standardises the columns, and at least one evaluates the objective.
    assert 2 <= FocalLogisticRegression().fit(*draw(200_000)).n_passes_ <= 10
