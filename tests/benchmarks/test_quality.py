"""The quality run: its methods, its suites, and what its results give."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import benchmarks.__main__ as package
from benchmarks import ensembles, temperature
from benchmarks.data_sets import BINARY, LARGE, MULTICLASS, load
from benchmarks.publishing import RESULTS, MeasuredTable, read_results
from benchmarks.quality.ranking import TWO_CLASSES, differing_pairs, rank
from benchmarks.quality.results import collect, scores
from benchmarks.quality.shared_fits import (
    DESCRIPTIONS,
    FOCAL,
    N_CANDIDATES,
    SHARED_FITS,
    describe,
    fitted_methods,
    merge_fits,
)
from benchmarks.quality.suites import SUITES, Suite, choose_suites, load_tables, reduce, sample_rows
from skfocal.comparison import METHODS, ON_REQUEST, compare_tables

N_SETS = 20


def test_every_method_of_the_extra_is_in_a_published_run():
    known = [one for one in (*METHODS.values(), *ON_REQUEST.values()) if not one.needs]
    pages = (SHARED_FITS, ensembles.SHARED_FITS, temperature.SHARED_FITS)
    published = {name for shared in pages for name in describe(merge_fits(shared))}
    assert {name for one in known for name in one.reported} <= published
    assert FOCAL in DESCRIPTIONS


@pytest.mark.parametrize("method", fitted_methods(), ids=lambda method: method.name)
def test_all_methods_have_the_same_budget(method):
    assert method.n_candidates == N_CANDIDATES


@pytest.mark.slow
def test_methods_that_share_a_fit_have_the_scores_of_separate_fits():
    (shared,) = [one for one in fitted_methods() if one.name == "undersample"]
    shared = replace(shared, grid={"C": (0.1, 10.0)})
    alone = [replace({**METHODS, **ON_REQUEST}[name], grid=shared.grid) for name in shared.reported]
    first, second = (
        compare_tables([load("glass2")], methods=methods, cv=3, repeats=1)
        .scores.sort_values(["method", "fold"], ignore_index=True)
        .pipe(lambda scores: scores[[name for name in scores if not name.endswith("seconds")]])
        for methods in ([shared], alone)
    )
    assert set(shared.reported) < set(first["method"])
    both = second[second["method"].isin(first["method"])]
    pd.testing.assert_frame_equal(
        first[first["method"].isin(shared.reported)].reset_index(drop=True),
        both[both["method"].isin(shared.reported)].reset_index(drop=True),
    )


def test_every_data_set_is_in_one_suite():
    names = [name for suite in SUITES for name in suite.data_sets]
    assert sorted(names) == sorted([*BINARY, *MULTICLASS, *LARGE])


def test_data_sets_can_be_chosen():
    chosen = choose_suites(["glass", "hiva", "glass2"])
    assert [suite.data_sets for suite in chosen] == [("glass2",), ("glass",), ("hiva",)]
    assert choose_suites([]) == list(SUITES)


def test_a_quick_run_is_smaller():
    suite = reduce(SUITES[0])
    assert (suite.cv, suite.repeats) == (3, 1)
    (table,) = load_tables(replace(suite, data_sets=["winequality-red-4"]))
    assert len(table.y) == suite.max_rows


def test_a_sample_keeps_the_class_fractions_and_the_rare_classes():
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
    groups = np.arange(len(table.y))
    marked = replace(
        table, X=table.X.assign(label=table.y, row=groups).astype(float), groups=groups
    )
    sample = sample_rows(marked, 100)
    assert (sample.X["label"] == sample.y).all()
    assert (sample.X["row"] == sample.groups).all()


def results(gains, failed=()):
    """Return results in which methods gain, by the log loss, about what is given."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(N_SETS):
        base = rng.uniform(0.3, 0.6)
        for method in DESCRIPTIONS:
            gain = 0 if method == "logistic" else gains.get(method, 0) + rng.normal(0, 1e-4)
            mean = np.nan if (number, method) in failed else base - gain
            ends = {"mean": mean, "low": -gain - 0.005, "high": -gain + 0.005}
            figures = {f"log_loss_{end}": value for end, value in ends.items()}
            rows.append({"data_set": f"set {number}", "method": method, **figures})
    info = {
        "methods": dict(DESCRIPTIONS),
        "metrics": {"log_loss": {"greater_is_better": False}},
        "data_sets": [{"suite": "binary", "data_set": f"set {n}"} for n in range(N_SETS)],
    }
    return MeasuredTable(pd.DataFrame(rows), info)


def test_a_ranking_follows_the_figures():
    ranking = rank(results({"platt": 0.03, "smote": -0.001}), TWO_CLASSES, "log_loss")
    platt, smote = ranking.loc["platt"], ranking.loc["smote"]
    assert ranking.index[0] == "platt"
    assert (platt["wins"], platt["losses"], platt["better"], platt["worse"]) == (
        N_SETS,
        0,
        N_SETS,
        0,
    )
    assert (platt["mean_rank"], platt["rank_low"], platt["rank_high"]) == (1, 1, 1)
    assert (smote["losses"], smote["better"], smote["worse"]) == (N_SETS, 0, 0)
    assert ranking["mean_rank"].between(ranking["rank_low"], ranking["rank_high"]).all()


def test_a_failure_ranks_last():
    ranking = rank(results({"smote": 0.03}, failed=[(3, "smote")]), TWO_CLASSES, "log_loss")
    assert ranking.loc["smote", "losses"] == 1
    assert ranking.loc["smote", "mean_rank"] == pytest.approx(
        (N_SETS - 1 + len(DESCRIPTIONS)) / N_SETS
    )


def test_pairs_differ_where_the_figures_do():
    pairs = differing_pairs(results({"platt": 0.2, "smote": -0.2}), TWO_CLASSES, "log_loss")
    assert frozenset(("platt", "smote")) in pairs
    assert frozenset(("isotonic", "temperature")) not in pairs


@pytest.mark.slow
def test_page_and_report_have_the_same_statistics():
    methods = [replace(METHODS["logistic"], grid={"C": (1.0,)}), METHODS["class_weight"]]
    names = ("glass2", "ecoli3", "car-good", "abalone9-18", "yeast4", "flare-F")
    tables = [load(name) for name in names]
    comparison = compare_tables(tables, methods=methods, cv=2, repeats=1, inner_cv=2)
    found = collect([(Suite("binary", names, 1), comparison)], "")
    found.info["methods"] = dict.fromkeys(("logistic", "class_weight"), "")
    summary = comparison.summary().set_index(["metric", "method"])
    for metric in ("log_loss", "f1_tuned"):
        ranking = rank(found, TWO_CLASSES, metric)
        shared = [name for name in summary if name in ranking]
        assert {"rank_low", "difference_high", "p_holm"} <= set(shared)
        pd.testing.assert_frame_equal(
            ranking[shared], summary.loc[metric].loc[ranking.index, shared], check_names=False
        )
    figures = scores(found, ["binary"], "log_loss")
    means = comparison.scores.groupby(["data_set", "method"])["log_loss"].mean()
    assert figures.loc["glass2", "class_weight"] == means["glass2", "class_weight"]


@pytest.mark.slow
def test_a_run_leaves_a_page_and_resumes(tmp_path, capsys):
    arguments = ["quality", "--quick", "--dataset", "glass2", "-j", "1", "-o", str(tmp_path)]
    package.main(arguments, standalone_mode=False)
    first = read_results(tmp_path / "quality")
    assert list(first.figures["method"]) == list(DESCRIPTIONS)
    assert set(first.info) == set(read_results(RESULTS / "quality").info)
    assert set(first.figures) == set(read_results(RESULTS / "quality").figures)
    cells = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("cells/*.json")}
    assert len(cells) == 3 * len(fitted_methods())
    package.main(arguments, standalone_mode=False)
    assert {path: path.stat().st_mtime_ns for path in cells} == cells
    pd.testing.assert_frame_equal(read_results(tmp_path / "quality").figures, first.figures)
    assert str(tmp_path / "quality.md") in capsys.readouterr().out


def test_the_list_shows_rows_columns_and_classes(capsys):
    package.main(["list", "--dataset", "glass2", "--dataset", "glass"], standalone_mode=False)
    _, first, second = (line.split() for line in capsys.readouterr().out.splitlines())
    assert first[:4] == ["glass2", "214", "9", "2"]
    assert second[:4] == ["glass", "214", "9", "6"]
