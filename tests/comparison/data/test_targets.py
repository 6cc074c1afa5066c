"""Labels that are written in several ways, in bytes or not at all."""

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, make_table, table_from_frame


def table_of(labels, **settings):
    return make_table(np.arange(len(labels))[:, None] % 3, labels, name="t", **settings)


def test_blanks_around_labels_are_stripped_and_named_with_the_counts():
    table = table_of(["yes"] * 3 + ["yes "] * 2 + ["no"] * 7)
    assert table.classes == ("no", "yes")
    assert table.y.sum() == 5
    (finding,) = table.findings
    assert "blanks around labels ('yes' in 3 rows, 'yes ' in 2 rows); they were" in finding


def test_labels_that_differ_in_case_are_named_with_the_counts():
    table = table_of(["yes"] * 3 + ["Yes"] * 2 + ["no"] * 7)
    assert table.classes == ("Yes", "no", "yes")
    (finding,) = table.findings
    assert "'yes' in 3 rows, 'Yes' in 2 rows: they differ only in upper and lower case" in finding


def test_the_positive_label_may_have_blanks():
    assert table_of(["a", "a", "b "], positive="b ").classes == ("a", "b")


def test_bytes_are_labels():
    assert table_of([b"yes", b"no", b"no"]).classes == ("no", "yes")
    with pytest.raises(DataError, match="target has bytes that are no text"):
        table_of([b"\xff", b"no", b"no"])


def test_decimals_are_numbers():
    assert table_of([Decimal("1.0"), Decimal(0), Decimal(0)]).classes == ("0", "1")
    with pytest.raises(DataError, match="looks continuous"):
        table_of([Decimal(number) / 7 for number in range(50)])


def test_categories_without_rows_are_no_classes():
    labels = pd.Series(pd.Categorical(["a", "b", "b"], categories=["a", "b", "c"]))
    assert table_of(labels).classes == ("b", "a")


def test_missing_labels_are_refused_with_the_fix_or_dropped():
    frame = pd.DataFrame({"x": [1, 2, 3, 4], "g": [1, 1, 2, 2], "y": ["a", None, "b", "b"]})
    message = re.escape("missing in 1 of 4 rows; fill it in, or drop those rows (on the command")
    with pytest.raises(DataError, match=f"{message}.*--drop-missing-target"):
        table_from_frame(frame, "y", name="t")
    table = table_from_frame(frame, "y", name="t", group="g", drop_missing_target=True)
    assert table.X["x"].tolist() == [1, 3, 4]
    assert table.groups.tolist() == [0, 1, 1]
    assert table.findings == ("1 of 4 rows have no target and are dropped",)


def test_a_kept_column_must_be_a_feature():
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    with pytest.raises(DataError, match="'y' cannot be kept as a feature"):
        table_from_frame(frame, "y", name="t", keep=["y"])
