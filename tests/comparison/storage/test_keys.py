"""The same cell has the same key, and every other cell has another one."""

import importlib.util
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skfocal.comparison import METHODS, Method, make_table
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.plan import make_plan
from skfocal.comparison.run.cell import Cell
from skfocal.comparison.storage import keys as keys_module
from skfocal.comparison.storage.keys import cell_keys


@pytest.fixture
def cell(mixed_table):
    split = make_splits(mixed_table, cv=3, repeats=1, inner_cv=2, seed=0)[0]
    return Cell(mixed_table, METHODS["smote"], split)


def key(cell, **changes):
    (found,) = cell_keys([replace(cell, **changes).content])
    return found


def test_every_cell_has_a_different_key(mixed_table):
    plan = make_plan([mixed_table, replace(mixed_table, name="again")], cv=3, repeats=2)
    assert len(set(plan.keys)) == len(plan.cells) == 2 * len(METHODS) * 6


def test_the_same_data_read_again_have_the_same_key(cell, mixed_frame):
    again = make_table(*mixed_frame(), name="mixed")
    assert key(cell, table=again) == key(cell)


@pytest.mark.slow
def test_keys_are_the_same_in_another_process(cell):
    with parallel_config("loky", n_jobs=2):
        keys = Parallel()(delayed(cell_keys)([cell.content]) for _ in range(2))
    assert keys == 2 * [[key(cell)]]


def test_another_table_has_another_key(cell):
    table = cell.table
    X, y = table.X.copy(), table.y.copy()
    X.iloc[0, 0] = np.nextafter(X.iloc[0, 0], 1)
    y[0] = 1 - y[0]
    others = [
        replace(table, X=X),
        replace(table, y=y),
        replace(table, name="other"),
        replace(table, X=table.X.rename(columns={"mass": "weight"})),
        replace(table, categorical=table.categorical[:1]),
        replace(table, classes=table.classes[::-1]),
        replace(table, groups=np.arange(len(y))),
    ]
    found = [key(cell, table=other) for other in others]
    assert len({key(cell), *found}) == len(others) + 1


def test_another_split_has_another_key(cell):
    split = cell.split
    others = [
        replace(split, train=split.train[1:]),
        replace(split, test=split.test[1:]),
        replace(split, inner=split.inner[:1]),
        replace(split, seed=split.seed + 1),
        replace(split, fold=split.fold + 1),
    ]
    found = [key(cell, split=other) for other in others]
    assert len({key(cell), *found}) == len(others) + 1


def sampler_with(ratio):
    def sampler(*_):
        return ratio

    return sampler


def test_another_method_has_another_key(cell):
    method = cell.method
    others = [
        replace(method, name="other"),
        replace(method, grid={"C": (0.01, 0.3)}),
        replace(method, classifier=LogisticRegression(tol=1e-3)),
        replace(method, classifier=make_pipeline(LogisticRegression(tol=1e-3))),
        replace(method, classifier=make_pipeline(LogisticRegression(tol=1e-4))),
        replace(method, views={"smote": {"tol": 1.0}}),
        replace(method, sampler=None),
        replace(method, sampler_grid={"ratio": (1.0,)}),
        replace(method, needs="lightgbm"),
        replace(method, sampler=sampler_with(0.5)),
        replace(method, sampler=sampler_with(1.0)),
        replace(method, sampler=partial(sampler_with, 0.5)),
        replace(method, sampler=partial(sampler_with, 1.0)),
    ]
    found = [key(cell, method=other) for other in others]
    assert len({key(cell), *found}) == len(others) + 1


def test_a_description_does_not_change_the_key(cell):
    assert key(cell, method=replace(cell.method, description="Other words.")) == key(cell)


def test_other_versions_and_layouts_have_other_keys(cell, monkeypatch):
    before = key(cell)
    with monkeypatch.context() as patch:
        patch.setattr(keys_module, "versions", lambda: {"numpy": "0"})
        assert key(cell) != before
    monkeypatch.setattr(keys_module, "SCHEMA", 0)
    assert key(cell) != before


def test_an_estimator_that_was_rewritten_has_another_key(cell, tmp_path, monkeypatch):
    found = []
    for number in (1, 2, 1):
        path = tmp_path / f"version{number}" / "own.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(OWN.format(number), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("own", path)
        own = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "own", own)
        spec.loader.exec_module(own)
        found.append(key(cell, method=Method("own", "Own.", own.Own(), {"C": (1.0,)})))
    assert found[0] == found[2] != found[1]


OWN = """
from sklearn.linear_model import LogisticRegression

class Own(LogisticRegression):
    def fit(self, X, y):
        return super().fit({} * X, y)
"""
