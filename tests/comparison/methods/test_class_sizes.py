"""Samplers that need several rows of a class are refused before a run that lacks them."""

import re

import numpy as np
import pytest

from skfocal.comparison import DataError, compare_tables, make_plan, make_table


def table_of(n_rare):
    X = np.random.default_rng(0).normal(size=(n_rare + 60, 2))
    return make_table(X, ["r"] * n_rare + ["c"] * 60, name="few")


@pytest.mark.parametrize("n_rare", range(3, 12))
@pytest.mark.parametrize(("cv", "inner_cv"), [(2, 2), (3, 2), (5, 3), (2, 3)])
def test_folds_that_are_advised_leave_smote_a_neighbour(n_rare, cv, inner_cv):
    table = table_of(n_rare)
    try:
        make_plan([table], methods=["logistic"], cv=cv, inner_cv=inner_cv, repeats=1)
    except DataError:
        return  # too few for any method
    try:
        plan = make_plan([table], methods=["smote"], cv=cv, inner_cv=inner_cv, repeats=1)
    except DataError as error:
        message = str(error)
        assert message.startswith("smote needs 2 rows of every class in all training rows")
        assert "class 'r' of 'few'" in message
        if n_rare == 3:
            assert message.endswith("add rows of it, or use other methods")
            return
        outer, inner = re.search(r"use cv=(\d+) and inner_cv=(\d+)", message).groups()
        plan = make_plan([table], methods=["smote"], cv=int(outer), inner_cv=int(inner), repeats=1)
    counts = [
        np.bincount(table.y[cell.split.train[rows]]).min()
        for cell in plan.cells
        for rows, _ in cell.split.inner
    ]
    assert min(counts) >= 2


def test_the_smallest_training_rows_that_are_allowed_suffice():
    settings = {"methods": ["smote"], "cv": 2, "inner_cv": 2, "repeats": 1}
    with pytest.raises(DataError, match="with cv=2 and inner_cv=2 some have 1 of class 'r'"):
        make_plan([table_of(4)], **settings)
    comparison = compare_tables([table_of(8)], **settings)
    assert comparison.failures.empty


def test_other_methods_need_no_neighbours():
    settings = {"cv": 2, "inner_cv": 2, "repeats": 1}
    assert make_plan([table_of(4)], methods=["oversample", "undersample"], **settings).cells
