"""The arms of the quality run, and the data sets that it runs on."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.datasets import BINARY, LARGE, MULTICLASS, load
from benchmarks.quality.arms import ARMS, FOCAL, N_CANDIDATES, methods
from benchmarks.quality.suites import SUITES, chosen_suites, quick, sample_rows, tables
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.methods.catalogue import METHODS, ON_REQUEST
from skfocal.comparison.run.cell import Cell, run_cell


def test_every_linear_arm_of_the_harness_takes_part():
    linear = [one for one in (*METHODS.values(), *ON_REQUEST.values()) if not one.needs]
    known = {view for one in linear for view in one.reported}
    assert known == set(ARMS)
    assert FOCAL in ARMS
    assert len(set(ARMS)) == len(ARMS)


@pytest.mark.parametrize("method", methods(), ids=lambda method: method.name)
def test_all_have_the_same_budget(method):
    assert method.n_candidates == N_CANDIDATES


@pytest.mark.parametrize("name", ["logistic", "undersample"])
def test_arms_that_share_a_fit_score_as_on_their_own(name):
    shared = next(method for method in methods() if method.name == name)
    shared = replace(shared, grid={"C": (0.1, 10.0)})
    table = load("glass2")
    split = make_splits(table, cv=3, repeats=1, inner_cv=3, seed=0)[0]
    rows = {row["method"]: row for row in run_cell(Cell(table, shared, split)).rows}
    assert len(rows) > 1
    for arm, row in rows.items():
        alone = replace({**METHODS, **ON_REQUEST}[arm], grid=shared.grid)
        expected = run_cell(Cell(table, alone, split)).rows[0]
        for key, value in expected.items():
            if not key.endswith("seconds"):
                np.testing.assert_equal(row[key], value)


def test_every_data_set_is_in_one_suite():
    names = [name for suite in SUITES for name in suite.data_sets]
    assert sorted(names) == sorted([*BINARY, *MULTICLASS, *LARGE])


def test_some_data_sets_can_be_chosen():
    chosen = chosen_suites(["glass", "hiva", "glass2"])
    assert [suite.data_sets for suite in chosen] == [("glass2",), ("glass",), ("hiva",)]
    assert chosen_suites([]) == list(SUITES)


def test_a_look_is_smaller():
    suite = quick(SUITES[0])
    assert (suite.cv, suite.repeats) == (3, 1)
    (table,) = tables(replace(suite, data_sets=["winequality-red-4"]))
    assert len(table.y) == suite.max_rows


def test_a_sample_keeps_the_shares_of_the_classes_and_the_rare_ones():
    table = load("page-blocks")
    sample = sample_rows(table, 1_000)
    counts, sampled = np.bincount(table.y), np.bincount(sample.y)
    rare = counts * 1_000 / len(table.y) < 10
    assert rare.any()
    assert (sampled[rare] == 10).all()
    np.testing.assert_allclose(sampled[~rare], counts[~rare] * 1_000 / len(table.y), atol=0.5)
    assert sample_rows(table, 1_000).X.equals(sample.X)
    assert sample_rows(table, len(table.y)) is table


def test_a_sample_keeps_rows_labels_and_groups_together():
    table = load("glass")
    marked = replace(
        table, X=table.X.assign(label=table.y.astype(float)), groups=np.arange(len(table.y)) // 2
    )
    sample = sample_rows(marked, 100)
    assert (sample.X["label"] == sample.y).all()
    where = marked.X.merge(sample.X.reset_index(), how="left").dropna().index
    assert set(sample.groups) <= set(marked.groups[where])
