import re
from itertools import product

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, make_table
from skfocal.comparison.data.splits import duplicate_groups, make_splits, row_groups


def repeated_table(seed=0, n_distinct=60, n_positive=15):
    """Return a table in which every row occurs one to eight times."""
    rng = np.random.default_rng(seed)
    times = rng.integers(1, 9, n_distinct)
    X = pd.DataFrame({"x": np.arange(n_distinct) / 3, "z": rng.choice(list("ab"), n_distinct)})
    y = np.where(np.arange(n_distinct) < n_positive, "p", "n")
    order = rng.permutation(times.sum())
    return make_table(
        X.loc[X.index.repeat(times)].iloc[order], np.repeat(y, times)[order], name="repeated"
    )


def splits_of(table, **changes):
    return make_splits(table, **{"cv": 4, "repeats": 2, "inner_cv": 3, "seed": 0, **changes})


def assert_partition(folds, n_samples):
    tests = np.concatenate([test for _, test in folds])
    np.testing.assert_array_equal(np.sort(tests), np.arange(n_samples))
    for train, test in folds:
        np.testing.assert_array_equal(np.union1d(train, test), np.arange(n_samples))
        assert len(train) + len(test) == n_samples


@pytest.mark.parametrize("repeated", [False, True])
def test_folds_partition_the_rows_and_inner_folds_the_training_rows(mixed_table, repeated):
    table = repeated_table() if repeated else mixed_table
    splits = splits_of(table)
    assert [(split.repeat, split.fold) for split in splits] == [
        (repeat, fold) for repeat in range(2) for fold in range(4)
    ]
    for repeat in range(2):
        folds = [(one.train, one.test) for one in splits if one.repeat == repeat]
        assert_partition(folds, len(table.y))
    for split in splits:
        assert_partition(split.inner, len(split.train))


def test_identical_rows_are_never_in_both_training_and_test_set():
    table = repeated_table()
    rows = [tuple(row) for row in table.X.to_numpy()]
    assert len(set(rows)) < len(rows) / 3
    for split in splits_of(table):
        sides = [(split.train, split.test)]
        sides += [(split.train[fit], split.train[rest]) for fit, rest in split.inner]
        for left, right in sides:
            assert not {rows[row] for row in left} & {rows[row] for row in right}


def test_missing_values_are_equal():
    X = pd.DataFrame({"x": [1.0, np.nan, np.nan, 1.0], "z": ["a", "b", "b", "b"]})
    assert duplicate_groups(make_table(X, list("pnpn"), name="t").X).tolist() == [0, 1, 1, 2]


def test_folds_of_repeated_rows_are_balanced_in_size_and_class():
    table = repeated_table(n_distinct=300, n_positive=60)
    for split in splits_of(table):
        assert len(split.test) == pytest.approx(len(table.y) / 4, rel=0.05)
        assert table.y[split.test].mean() == pytest.approx(table.y.mean(), rel=0.15)


def test_folds_depend_on_the_repeat_and_the_seed(mixed_table):
    def tests(**changes):
        return [split.test.tolist() for split in splits_of(mixed_table, **changes)]

    assert tests() == tests()
    assert tests()[:4] != tests()[4:]
    assert tests() != tests(seed=1)


def test_a_repeat_does_not_depend_on_how_many_there_are(mixed_table):
    few, many = splits_of(mixed_table, repeats=1), splits_of(mixed_table, repeats=3)
    for one, other in zip(few, many, strict=False):
        np.testing.assert_array_equal(one.test, other.test)
        assert one.seed == other.seed


@pytest.mark.parametrize("n_rare", range(1, 12))
@pytest.mark.parametrize("cv", [2, 3, 5, 10])
@pytest.mark.parametrize("inner_cv", [2, 3, 4])
def test_too_few_rare_rows_name_folds_that_work(n_rare, cv, inner_cv):
    table = make_table(
        np.arange(60)[:, np.newaxis] / 7, ["r"] * n_rare + ["c"] * (60 - n_rare), name="few"
    )
    try:
        splits_of(table, cv=cv, inner_cv=inner_cv)
    except DataError as error:
        message = str(error)
        assert f"class 'r' of 'few' has {n_rare} distinct row" in message
        if n_rare < 3:
            assert "it needs at least 3: add rows" in message
            assert "use cv=" not in message
            assert "remove this class" not in message
            return
        advised = int(re.search(r"use cv=(\d+)", message).group(1))
        inner = re.search(r" and inner_cv=(\d+)", message)
        advised_inner = inner_cv if inner is None else int(inner.group(1))
        splits_of(table, cv=advised, inner_cv=advised_inner)
        nearer = [(one, advised_inner) for one in range(2, 12) if abs(one - cv) < abs(advised - cv)]
        more = product(range(2, 12), range(advised_inner + 1, inner_cv + 1))
        for other, other_inner in (*nearer, *more):
            with pytest.raises(DataError):
                splits_of(table, cv=other, inner_cv=other_inner)


def test_a_class_that_no_cv_suits_may_be_left_out_if_two_others_remain():
    table = make_table(np.arange(30)[:, np.newaxis] / 7, [*"aa", *"bc" * 14], name="t")
    with pytest.raises(DataError, match="at least 3: add rows of it, or remove this class"):
        splits_of(table)


def test_copies_do_not_make_a_class_larger():
    X = np.r_[np.zeros(40), np.arange(1.0, 61.0)][:, np.newaxis]
    table = make_table(X, ["r"] * 40 + ["c"] * 60, name="copies")
    with pytest.raises(DataError, match=r"'r' of 'copies' has 1 distinct row \(identical"):
        splits_of(table)


def test_a_class_that_only_shares_rows_with_a_rarer_one_is_refused():
    rare = ["a"] * 6 + ["b"] * 9
    X = np.r_[np.arange(6.0), np.arange(6.0), [0, 1, 2], np.arange(10.0, 50.0)][:, np.newaxis]
    table = make_table(X, [*rare, *["c"] * 40], name="shared")
    for split in splits_of(table, cv=2, inner_cv=2):
        assert set(table.y[split.test]) == {0, 1, 2}


def test_a_fold_is_never_left_without_a_class():
    """Rows of class b equal rows of the rarer class a, and are assigned with those."""
    groups = np.arange(8.0)
    b_rows = np.repeat(groups[::2], 3)
    filler = np.repeat(groups[1::2], 3)
    X = np.r_[groups, b_rows, filler, np.arange(10.0, 50.0)][:, np.newaxis]
    y = ["a"] * 8 + ["b"] * 12 + ["c"] * (12 + 40)
    table = make_table(X, y, name="shared")
    splits, refusals = [], []
    for seed in range(40):
        try:
            splits += splits_of(table, cv=2, inner_cv=2, seed=seed)
        except DataError as error:
            refusals.append(str(error))
    for split in splits:
        inner = [split.train[rows] for fold in split.inner for rows in fold]
        assert all(set(table.y[rows]) == {0, 1, 2} for rows in [split.test, *inner])
    message = "has no row of class 'b'"
    assert splits
    assert refusals
    assert all(message in refusal for refusal in refusals)


def test_rows_of_one_group_are_never_in_both_training_and_test_set(mixed_frame):
    groups = np.random.default_rng(0).integers(0, 60, 240)
    table = make_table(*mixed_frame(n_samples=240), name="grouped", groups=groups)
    for split in splits_of(table):
        sides = [(split.train, split.test)]
        sides += [(split.train[fit], split.train[rest]) for fit, rest in split.inner]
        for left, right in sides:
            assert not set(groups[left]) & set(groups[right])


def test_groups_that_hold_identical_rows_share_a_fold():
    X = np.array([0.0, 1.0, 0.0, 2.0, 3.0])[:, np.newaxis]
    numbers = row_groups(make_table(X, list("pnpnp"), name="t", groups=list("aabbc")))
    assert len(set(numbers[:4])) == 1
    assert numbers[4] != numbers[0]


def test_a_class_needs_groups_for_the_folds(mixed_frame):
    table = make_table(*mixed_frame(), name="few", groups=np.arange(160) % 3)
    with pytest.raises(DataError, match="of 'few' has 3 groups of rows"):
        splits_of(table)
