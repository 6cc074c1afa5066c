"""What a fit reports of its work."""

import pytest
from sklearn.datasets import make_classification

from skfocal import FocalLogisticRegression


def draw(n_samples, n_features=5):
    return make_classification(
        n_samples, n_features, n_informative=4, n_redundant=0, random_state=0
    )


@pytest.mark.parametrize(
    ("shape", "stages"),
    [((300, 5), {"table"}), ((40, 400), {"row space"}), ((30_000, 5), {"sample", "table"})],
)
def test_verbose_prints_a_line_for_every_iteration(capsys, shape, stages):
    model = FocalLogisticRegression(verbose=1).fit(*draw(*shape))
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == model.n_iter_
    assert {line[line.index("(") + 1 : line.index(")")] for line in lines} >= stages


def test_without_verbose_nothing_is_printed(capsys):
    FocalLogisticRegression().fit(*draw(300))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [-1, 1.5, "yes", True])
def test_verbose_is_an_integer(verbose):
    with pytest.raises((TypeError, ValueError), match="verbose must be"):
        FocalLogisticRegression(verbose=verbose).fit(*draw(50))


def test_passes_count_a_sample_by_its_share():
    # Most of the iterations on a long table are on a sample.
    short, long = (FocalLogisticRegression().fit(*draw(n)) for n in (2000, 200_000))
    assert 2 <= long.n_passes_ < short.n_passes_
    assert long.n_passes_ < long.n_iter_
