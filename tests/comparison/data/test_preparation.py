import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

from skfocal.comparison import METHODS, make_table
from skfocal.comparison.data.preparation import (
    MAX_CATEGORIES,
    column_encoder,
    column_layout,
    one_hot_encoder,
)


def prepare(table, rows, new):
    layout = column_layout(table, table.X.iloc[rows])
    code, expand = column_encoder(layout), one_hot_encoder(layout)
    fitted = expand.fit_transform(code.fit_transform(table.X.iloc[rows]))
    return fitted, expand.transform(code.transform(table.X.iloc[new]))


def test_numbers_are_imputed_flagged_and_scaled():
    table = make_table(
        pd.DataFrame({"x": [0.0, 2.0, np.nan, 4.0, np.nan]}), list("aabba"), name="t"
    )
    fitted, new = prepare(table, [0, 1, 2, 3], [4])
    flags, numbers = fitted[:, :2], fitted[:, 2]
    np.testing.assert_array_equal(flags, [[1, 0], [1, 0], [0, 1], [1, 0]])
    np.testing.assert_allclose(numbers, [-np.sqrt(2), 0, 0, np.sqrt(2)])
    np.testing.assert_allclose(new, [[0, 1, 0]])


def test_missing_values_that_training_never_saw_are_imputed_without_a_flag():
    table = make_table(pd.DataFrame({"x": [0.0, 2.0, 4.0, np.nan]}), list("aabb"), name="t")
    fitted, new = prepare(table, [0, 1, 2], [3])
    assert fitted.shape == (3, 1)
    np.testing.assert_allclose(new, [[0.0]])


def test_empty_columns_give_finite_features():
    table = make_table(pd.DataFrame({"x": [np.nan] * 3, "z": [None] * 3}), list("aab"), name="t")
    fitted, _ = prepare(table, [0, 1, 2], [0])
    assert np.isfinite(fitted).all()


def test_unknown_categories_have_no_column_and_missing_ones_have_one():
    table = make_table(pd.DataFrame({"z": ["a", "b", None, "c"]}), list("aabb"), name="t")
    fitted, new = prepare(table, [0, 1, 2], [3])
    np.testing.assert_array_equal(np.sort(fitted @ [1, 2, 3]), [1, 2, 3])
    np.testing.assert_array_equal(new, [[0, 0, 0]])


def test_the_number_of_one_hot_columns_is_limited():
    n_samples = 4 * MAX_CATEGORIES
    names = pd.Categorical([f"id{i}" for i in range(n_samples)])
    table = make_table(pd.DataFrame({"z": names}), ["a", "b"] * (n_samples // 2), name="t")
    fitted, _ = prepare(table, np.arange(n_samples), [0])
    assert fitted.shape == (n_samples, MAX_CATEGORIES)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["length"], SMOTE),
        (["length", "mass"], SMOTENC),  # a number with gaps has a flag, which must not be averaged
        (["length", "colour"], SMOTENC),
        (["colour", "wet"], SMOTEN),
    ],
)
def test_smote_suits_the_columns(mixed_frame, columns, expected):
    X, y = mixed_frame()
    table = make_table(X[columns], y, name="t")
    layout = column_layout(table, table.X)
    assert type(METHODS["smote"].sampler(layout, 9, 0)) is expected


def test_synthetic_rows_have_whole_codes(mixed_table):
    layout = column_layout(mixed_table, mixed_table.X)
    coded = column_encoder(layout).fit_transform(mixed_table.X)
    sampled, y = METHODS["smote"].sampler(layout, 9, 0).fit_resample(coded, mixed_table.y)
    assert np.bincount(y).tolist() == [np.bincount(mixed_table.y)[0]] * 2
    for column in layout.discrete:
        assert set(sampled[:, column]) <= set(coded[:, column])


@pytest.mark.parametrize(("most", "expected"), [(1, 1), (3, 3), (9, 5)])
def test_smote_uses_at_most_the_available_neighbours(numeric_table, most, expected):
    layout = column_layout(numeric_table, numeric_table.X)
    assert METHODS["smote"].sampler(layout, most, 0).k_neighbors == expected
