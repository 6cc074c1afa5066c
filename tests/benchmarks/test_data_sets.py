from collections import Counter

import numpy as np
import pytest

from benchmarks import data_sets
from benchmarks.data_sets import BINARY, DATA_SETS, DEFAULT, LARGE, MULTICLASS, load
from benchmarks.readers import read_keel

# Rows and positive rows, as the sources describe them.
SIZES = {
    "abalone19": (4174, 32),
    "abalone9-18": (731, 42),
    "car-good": (1728, 69),
    "ecoli4": (336, 20),
    "flare-F": (1066, 43),
    "glass2": (214, 17),
    "hypothyroid": (3163, 151),
    "kc1": (2109, 326),
    "led7digit-0-2-4-5-6-7-8-9_vs_1": (443, 37),
    "page-blocks0": (5472, 559),
    "pc1": (1109, 77),
    "satimage": (6435, 626),
    "stroke": (4981, 248),
    "sylva": (13086, 805),
    "vowel0": (988, 90),
    "winequality-red-4": (1599, 53),
    "yeast4": (1484, 51),
}


# Rows, columns, classes and rows of the rarest class.
SHAPES = {
    "glass": (214, 9, 6, 9),
    "ecoli": (332, 7, 6, 5),
    "yeast": (1484, 8, 10, 5),
    "page-blocks": (5472, 10, 5, 28),
    "car": (1728, 6, 4, 65),
    "flare": (1066, 11, 6, 43),
    "dermatology": (358, 34, 6, 20),
    "kr-vs-k": (28056, 6, 18, 27),
    "cleveland": (297, 13, 5, 13),
    "nursery": (12958, 8, 4, 328),
    "flights": (336776, 18, 2, 8255),
    "fars": (99759, 27, 5, 8674),
}
SLOW = {"hiva", "sylva", *LARGE}


@pytest.mark.parametrize("name", [name for name in BINARY if name not in SLOW])
def test_every_data_set_of_two_classes_is_read(name):
    check_two_classes(name)


@pytest.mark.slow
def test_the_largest_data_set_of_two_classes_is_read():
    check_two_classes("sylva")


def check_two_classes(name):
    table = load(name)
    n_positive = int(table.y.sum())
    assert table.n_classes == 2
    assert 3 <= len(table.y) / n_positive - 1 <= 130
    assert 4 <= table.X.shape[1] <= 216
    assert (len(table.y), n_positive) == SIZES.get(name, (len(table.y), n_positive))


@pytest.mark.slow
def test_the_widest_data_set_is_read():
    table = load("hiva")
    assert table.X.shape == (3845, 1617)
    assert table.y.sum() == 135


@pytest.mark.parametrize("name", [*MULTICLASS, "cleveland", "nursery"])
def test_every_data_set_of_more_classes_has_the_stated_shape(name):
    assert shape(name) == SHAPES[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_large_data_sets_have_the_stated_shape(name):
    assert shape(name) == SHAPES[name]


def shape(name):
    table = load(name)
    return (*table.X.shape, table.n_classes, int(np.bincount(table.y).min()))


def test_there_are_as_many_data_sets_as_stated():
    assert (len(BINARY), len(MULTICLASS), len(LARGE)) == (31, 8, 2)
    assert len(DATA_SETS) == len(BINARY) + len(MULTICLASS) + len(LARGE) + 2


def test_missing_values_and_categories_are_recognised():
    table = load("hypothyroid")
    assert "column_1" in table.numeric
    assert len(table.categorical) == 18
    assert table.X["column_1"].isna().sum() == 446
    digits = load("flare-F")
    assert digits.numeric == ()


def test_the_default_set_is_real_and_diverse():
    families = Counter(DATA_SETS[name].family for name in DEFAULT)
    assert len(DEFAULT) >= 8
    assert max(families.values()) <= 3
    tables = [load(name) for name in DEFAULT]
    assert any(table.categorical for table in tables)
    assert any(table.numeric for table in tables)
    assert any(table.X.isna().any(axis=None) for table in tables)
    prevalence = [table.prevalence for table in tables]
    assert min(prevalence) < 0.04
    assert max(prevalence) > 0.1


def test_keel_and_arff_are_read_with_any_spacing(tmp_path):
    path = tmp_path / "odd.dat"
    path.write_bytes(
        b"% a comment\n@relation odd\n@attribute 'two words' real[0.5, 3.0]\n"
        b"@ATTRIBUTE Count INTEGER [1, 9]\n@attribute v(g) numeric\n@attribute digit {1, 2}\n"
        b"@attribute text string\n@attribute Class  {positive, negative}\n"
        b"@inputs a, b\n@outputs Class\n@data\n"
        b"% another\n 0.5 , 1, 2, 1, '\xe4', positive \n\n?, <null>,3 ,2,b,negative\n"
    )
    frame = read_keel(path)
    assert list(frame.columns) == ["two words", "Count", "v(g)", "digit", "text", "Class"]
    assert frame["digit"].tolist() == ["1", "2"]
    assert frame["text"].tolist() == ["\xe4", "b"]
    assert frame["Class"].tolist() == ["positive", "negative"]
    np.testing.assert_array_equal(
        frame[["two words", "Count", "v(g)"]], [[0.5, 1, 2], [np.nan, np.nan, 3]]
    )


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match=r"name must be one of abalone9-18, .*; got 'iris'"):
        load("iris")


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(data_sets.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match="pip install --group benchmarks"):
        load("glass2")
