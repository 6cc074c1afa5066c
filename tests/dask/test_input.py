"""Invalid input is refused, and the message says where it is."""

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from partitioned import draw, in_partitions

from skfocal.dask import FocalLogisticRegression

LENGTHS = [1000] * 3


@pytest.fixture
def table():
    X, y = draw()
    return in_partitions(X, LENGTHS), in_partitions(y, LENGTHS)


def fit(*args, **parameters):
    return FocalLogisticRegression(**parameters).fit(*args)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_value_that_is_not_finite(value):
    X, y = draw()
    X[2500, 4] = value

    with pytest.raises(ValueError, match=r"column of index 4, in partition 2"):
        fit(in_partitions(X, LENGTHS), in_partitions(y, LENGTHS))


def test_value_that_is_not_finite_in_a_frame():
    X, y = draw()
    X[1500, 1] = np.nan
    frame = dd.from_pandas(pd.DataFrame(X, columns=list("abcdef")), npartitions=3)

    with pytest.raises(ValueError, match=r"column 'b', in partition 1"):
        fit(frame, dd.from_pandas(pd.Series(y), npartitions=3))


def test_columns_that_hold_no_numbers():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"], "c": pd.Categorical(["u", "v"])})

    with pytest.raises(ValueError, match=r"'b'.*'c'"):
        fit(dd.from_pandas(frame, npartitions=1), da.from_array(np.array([0, 1])))


@pytest.mark.parametrize("dtype", ["Int64", "Float32", "boolean", "int64[pyarrow]"])
def test_columns_of_extended_types_can_be_converted(dtype):
    X, y = draw()
    frame = pd.DataFrame({"a": (X[:, 0] > 0).astype(int), "b": X[:, 1]})
    extended = dd.from_pandas(frame.astype({"a": dtype}), npartitions=2)
    labels = dd.from_pandas(pd.Series(y), npartitions=2)

    with pytest.raises(ValueError, match=r"'a' \(.*X.astype\('float64'\)"):
        fit(extended, labels)
    converted = fit(extended.astype("float64"), labels)
    plain = fit(dd.from_pandas(frame, npartitions=2), labels)
    np.testing.assert_array_equal(converted.coef_, plain.coef_)


def test_array_that_holds_no_numbers(table):
    X, y = table

    with pytest.raises(ValueError, match="X must hold numbers; got the dtype object"):
        fit(X.astype(object), y)


def test_partitions_of_other_lengths(table):
    X, y = table

    with pytest.raises(ValueError, match="y must have the partitions of X"):
        fit(X, y.rechunk(500))


def test_frames_of_other_partitions():
    X, y = draw()
    frame, labels = pd.DataFrame(X, columns=list("abcdef")), pd.Series(y)

    with pytest.raises(ValueError, match="y must have the partitions of X; got 2 partitions"):
        fit(dd.from_pandas(frame, npartitions=3), dd.from_pandas(labels, npartitions=2))


def test_partitions_whose_lengths_are_unknown_and_differ(table):
    X, y = table
    y = y.rechunk(((900, 1100, 1000),))
    X = X[X[:, 0] > -10]

    with pytest.raises(ValueError, match=r"partition \d has \d+ labels for \d+ rows"):
        fit(X, y[y >= 0])


def test_unknown_number_of_columns(table):
    X, y = table

    with pytest.raises(ValueError, match="known number of columns"):
        fit(X.T[X[0] > -1].T, y)


def test_one_class(table):
    X, y = table

    with pytest.raises(ValueError, match="at least two classes"):
        fit(X, y * 0)


def test_missing_labels(table):
    X, _ = table
    labels = np.array(["a", "b", None] * 1000, dtype=object)

    with pytest.raises(ValueError, match=r"y \(partition \d\) must not hold missing values"):
        fit(X, in_partitions(labels, LENGTHS))


@pytest.mark.parametrize("weights", [np.zeros(3000), np.full(3000, -1.0), np.full(3000, np.nan)])
def test_invalid_weights(table, weights):
    with pytest.raises(ValueError, match="sample_weight"):
        fit(*table, in_partitions(weights, LENGTHS))


def test_invalid_persist(table):
    with pytest.raises(ValueError, match="persist must be 'auto', True or False; got 'no'"):
        fit(*table, persist="no")


def test_large_table_in_memory(monkeypatch):
    monkeypatch.setattr("skfocal.dask._partitions._MAX_EAGER_BYTES", 1000)
    X, y = draw()

    with pytest.raises(ValueError, match="X must be a Dask collection"):
        fit(X, y)
    with pytest.raises(ValueError, match="X must be a Dask collection"):
        fit(pd.DataFrame(X), y)


def test_bag(table):
    dask_bag = pytest.importorskip("dask.bag")

    with pytest.raises(TypeError, match="Dask array or a Dask frame"):
        fit(dask_bag.from_sequence([1, 2]), table[1])
