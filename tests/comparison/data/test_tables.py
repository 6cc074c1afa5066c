from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, make_table, table_from_frame
from skfocal.comparison.storage.keys import content_hash


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "age": [30, 41, None, 52, 60, 33],
            "smokes": [True, False, True, None, False, True],
            "town": pd.Categorical(["B", "A", None, "B", "C", "A"]),
            "Outcome": ["no", "no", "yes", "no", "yes", "no"],
        }
    )


def test_the_rarer_class_is_positive(frame):
    table = table_from_frame(frame, "Outcome", name="people")
    assert table.classes == ("no", "yes")
    assert table.y.tolist() == [0, 0, 1, 0, 1, 0]
    assert table.prevalence == pytest.approx(1 / 3)


def test_the_user_may_choose_the_positive_class(frame):
    table = table_from_frame(frame, "Outcome", name="people", positive="no")
    assert table.classes == ("yes", "no")
    assert table.y.tolist() == [1, 1, 0, 1, 0, 1]


@pytest.mark.parametrize("labels", [[0, 1, 1], [0.0, 1.0, 1.0], ["0", "1", "1"]])
def test_a_label_is_found_for_any_type_of_its_column(labels):
    for positive in ("1", 1, 1.0):
        table = make_table(np.ones((3, 1)), labels, name="t", positive=positive)
        assert table.classes == ("0", "1")


def test_boolean_labels_are_labels():
    assert make_table(np.ones((3, 1)), [False, True, False], name="t").classes == ("False", "True")


def test_columns_are_numbers_or_categories_by_their_type(frame):
    table = table_from_frame(frame, "Outcome", name="people")
    assert table.numeric == ("age",)
    assert table.categorical == ("smokes", "town")
    np.testing.assert_array_equal(table.X["age"], [30, 41, np.nan, 52, 60, 33])
    np.testing.assert_array_equal(table.X["town"], [1, 0, np.nan, 1, 2, 0])


def test_findings_are_no_part_of_the_data(frame):
    table = table_from_frame(frame, "Outcome", name="t")
    renamed = replace(table, findings=("something else",))
    assert content_hash(renamed) == content_hash(table)


def test_dropped_columns_are_gone(frame):
    assert table_from_frame(frame, "Outcome", name="t", drop=["age"]).numeric == ()


def test_the_index_of_the_frame_does_not_matter(frame):
    shuffled = frame.set_index(pd.Index([5, 5, 3, 2, 1, 0]))
    table = table_from_frame(shuffled, "Outcome", name="t")
    pd.testing.assert_frame_equal(table.X, table_from_frame(frame, "Outcome", name="t").X)


def test_nullable_types_are_read(frame):
    converted = frame.convert_dtypes()
    table = table_from_frame(converted, "Outcome", name="t")
    pd.testing.assert_frame_equal(table.X, table_from_frame(frame, "Outcome", name="t").X)


def test_arrays_are_tables_too():
    table = make_table(np.arange(8.0).reshape(4, 2), [3, 1, 1, 1], name="t")
    assert table.numeric == ("0", "1")
    assert table.classes == ("1", "3")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "outcome"}, "'outcome' does not exist; did you mean 'Outcome'"),
        ({"target": "zzz"}, "'zzz' does not exist; the columns are 'age', 'smokes'"),
        ({"drop": ["ages"]}, "'ages' does not exist; did you mean 'age'"),
        ({"positive": "Yes"}, "positive label 'Yes'; did you mean 'yes'"),
        ({"drop": ["age", "smokes", "town"]}, "no feature column is left"),
    ],
)
def test_wrong_names_are_refused_with_the_nearest(frame, change, message):
    arguments = {"target": "Outcome", "name": "t", **change}
    with pytest.raises(DataError, match=message):
        table_from_frame(frame, **arguments)


def test_long_lists_of_columns_are_cut():
    frame = pd.DataFrame(np.ones((2, 13)), columns=[f"c{i}" for i in range(13)])
    with pytest.raises(DataError, match="and 3 more"):
        table_from_frame(frame, "unlike", name="t")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", None, "b", None], "missing in 2 of 4 rows"),
        (["a"] * 4, "two or more classes; it has only 'a'"),
        (["a"] * 3, "X has 4 rows but y has 3 labels"),
    ],
)
def test_unusable_targets_are_refused(labels, message):
    with pytest.raises(DataError, match=message):
        make_table(np.ones((4, 1)), labels, name="t")


def test_an_empty_table_is_refused():
    with pytest.raises(DataError, match="it has no rows"):
        make_table(np.ones((0, 1)), [], name="t")


def test_continuous_targets_are_refused():
    with pytest.raises(DataError, match="50 different numbers and looks continuous"):
        make_table(np.ones((50, 1)), np.linspace(0, 1, 50), name="t")


def test_integers_with_many_rare_values_count_as_continuous():
    with pytest.raises(DataError, match="51 different numbers and looks continuous"):
        make_table(np.ones((400, 1)), np.arange(400) % 51, name="t")
    assert make_table(np.ones((400, 1)), np.arange(400) % 50, name="t").n_classes == 50
    assert make_table(np.ones((1500, 1)), np.arange(1500) % 60, name="t").n_classes == 60


def test_the_target_cannot_be_dropped(frame):
    with pytest.raises(DataError, match="'Outcome' is the target; it cannot be dropped"):
        table_from_frame(frame, "Outcome", name="t", drop=["Outcome"])


def test_a_positive_class_needs_two_classes():
    with pytest.raises(DataError, match="needs a binary target; it has 3 classes"):
        make_table(np.ones((3, 1)), ["a", "b", "c"], name="t", positive="b")


def test_repeated_names_are_refused():
    frame = pd.DataFrame(np.ones((2, 3)), columns=["x", 1, "1"])
    with pytest.raises(DataError, match="must be unique; got '1' more than once"):
        make_table(frame, ["a", "b"], name="t")


def test_the_group_is_not_a_feature(frame):
    grouped = frame.assign(ward=list("xyxzzx"))
    table = table_from_frame(grouped, "Outcome", name="t", group="ward")
    assert list(table.X.columns) == ["age", "smokes", "town"]
    assert table.groups.tolist() == [0, 1, 0, 2, 2, 0]


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ("town", "the group is missing in 1 of 6 rows; fill it in first"),
        ("Outcome", "'Outcome' is the target; it cannot be dropped or be the group"),
        ("Town", "did you mean 'town'"),
    ],
)
def test_unusable_groups_are_refused(frame, group, message):
    with pytest.raises(DataError, match=message):
        table_from_frame(frame, "Outcome", name="t", group=group)


def test_every_row_needs_a_group(frame):
    with pytest.raises(DataError, match="groups has 2 values for 6 rows"):
        make_table(frame[["age"]], frame["Outcome"], name="t", groups=["a", "b"])
