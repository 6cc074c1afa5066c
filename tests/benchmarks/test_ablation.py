"""The ablation of the heuristics: its variants, its measurements, its rule and its page."""

import ast
import inspect
import json
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from benchmarks.ablation import measure, page
from benchmarks.ablation.measure import measure_fits, measure_searches
from benchmarks.ablation.page import PAGE, summarize
from benchmarks.ablation.tables import REAL, SEARCHED, TABLES
from benchmarks.ablation.variants import BASELINE, MATTERS, VARIANTS, Shape, Variant, active
from benchmarks.publishing import RESULTS, MeasuredTable, build, page_command, read_results
from skfocal import FocalLogisticRegression
from skfocal._solver import heuristics

OFF = Variant("something", "off")
OTHER = Variant("something", "2")
SHAPES = (
    Shape(100, 4, 2),
    Shape(400_000, 10, 2),
    Shape(100, 5000, 2),
    Shape(4000, 2000, 2),
    Shape(5000, 40, 20),
)


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    X = random.standard_normal((3000, 6))
    return X, (X @ [1, -1, 0, 2, 0, 1] + random.logistic(size=3000) > 2).astype(int)


@pytest.fixture
def one_round(monkeypatch):
    monkeypatch.setattr(measure, "MAX_ROUNDS", 1)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_changes_what_it_names_and_is_undone(variant):
    places = [
        (heuristics, target) if isinstance(target, str) else target
        for target in variant.replacements
    ]
    before = [getattr(*place) for place in places]
    with active(variant):
        during = [getattr(*place) for place in places]
    assert during == list(variant.replacements.values())
    assert all(new != old for new, old in zip(during, before, strict=True))
    assert [getattr(*place) for place in places] == before


def test_names_of_variants_are_unique():
    assert len({BASELINE.name, *(each.name for each in VARIANTS)}) == 1 + len(VARIANTS)


def test_every_variant_is_measured_somewhere():
    for variant in VARIANTS:
        assert set(variant.uses) <= {"fit", "l1", "search"}
        assert any(MATTERS[variant.tables](shape) for shape in SHAPES)


def test_constants_state_the_figures_of_the_published_run():
    body = ast.parse(inspect.getsource(heuristics)).body
    stated = {}
    for assignment, text in pairwise(body):
        if isinstance(assignment, ast.Assign) and isinstance(text, ast.Expr):
            words = " ".join(text.value.value.split())
            found = re.search(r"[Ww]ithout it up to (\d+\.\d\d) times as long", words)
            if found:
                stated[assignment.targets[0].id] = float(found[1])
    published = read_results(RESULTS / "ablation")
    worst = {}
    for name, change, *uses in published.info["variants"]:
        if change == "off":
            summary = summarize(
                Variant(name, change, uses=uses), published.figures, published.info["clock"]
            )
            worst |= dict.fromkeys(re.findall(r"`(\w+)`", name)[:1], summary.ratios.max())
    assert len(stated) > 10
    for name, ratio in stated.items():
        assert ratio == pytest.approx(worst[name], abs=0.005), name


def test_every_constant_has_a_variant():
    constants = {name for name in vars(heuristics) if name.isupper()}
    changed = " ".join(f"{each.heuristic} {list(each.replacements)}" for each in VARIANTS)
    assert {name for name in constants if name not in changed} == set()


@pytest.mark.parametrize(
    "variant", [each for each in VARIANTS if "fit" in each.uses], ids=lambda variant: variant.name
)
def test_no_variant_changes_the_minimum(variant, table):
    expected = FocalLogisticRegression(tol=1e-8).fit(*table)
    with active(variant):
        actual = FocalLogisticRegression(tol=1e-8).fit(*table)
    np.testing.assert_allclose(actual.coef_, expected.coef_, atol=1e-5)


def test_fits_are_measured_beside_the_released_solver(table, one_round):
    assert one_round is None
    never = Variant("row space", "off", {"ROW_SPACE_MAX_ROWS": 0})
    pairs = Variant("pairs", "1", {"PAIRS": 1})
    figures = pd.DataFrame(measure_fits(*table, [never, pairs]))
    # A variant that changes nothing is left out.
    assert set(figures["variant"]) == {BASELINE.name, pairs.name}
    assert set(figures["use"]) == {"γ=0", "γ=2"}
    assert (figures[["wall", "cpu", "passes", "iterations", "megabytes"]] > 0).all(axis=None)
    assert (figures["error"].between(0, 1e-6)).all()
    assert (figures["warnings"] == 0).all()


def test_a_fit_that_does_not_converge_is_noticed(table, one_round):
    assert one_round is None
    figures = pd.DataFrame(measure_fits(*table, [], max_iter=1))
    assert (figures["warnings"] == 1).all()
    assert (figures["error"] > 1e-6).all()


def test_searches_are_measured_by_the_error_of_their_scores(table, one_round, monkeypatch):
    assert one_round is None
    monkeypatch.setattr(measure, "CS", [0.01, 1.0])
    loose = Variant("tolerance", "large", {"SEARCH_TOL": 1e4}, uses=("search",))
    first, second = measure_searches(table[0][:300], table[1][:300], [loose])
    assert (first["variant"], second["variant"]) == (BASELINE.name, loose.name)
    assert first["error"] < 1e-6
    assert second["error"] > 1e-4


def figures_of(variant, *ratios, seconds=0.1, uses=("γ=0", "γ=2"), **changes):
    """Return figures of tables with these ratios, real ones first."""
    same = {"passes": 10.0, "iterations": 9, "error": 0.0, "warnings": 0, "megabytes": 10.0}
    tables = [*REAL[:2], *TABLES[-len(ratios) :]] if len(ratios) > 2 else REAL
    return pd.DataFrame(
        [
            {
                "table": table,
                "use": use,
                "n_samples": 10,
                "n_features": 2,
                **same,
                "variant": name,
                "wall": time,
                "cpu": 2 * time,
                **own,
            }
            for table, ratio in zip(tables, ratios, strict=False)
            for use in uses
            for name, time, own in (
                (BASELINE.name, seconds, {}),
                (variant.name, ratio * seconds, changes),
            )
        ]
    )


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((1.2, 1.2, 1.0), "keep"),
        ((1.2, 1.0, 1.0), "remove"),
        ((1.05, 1.05, 1.05), "remove"),
        ((1.2, 1.2, 0.5, 0.5), "remove"),
    ],
)
def test_a_heuristic_is_kept_for_a_gain_on_two_tables_or_more(ratios, verdict):
    assert summarize(OFF, figures_of(OFF, *ratios), "wall").verdict == verdict


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((0.8, 0.8, 1.0), "change"),
        ((0.8, 1.0, 1.0), "no difference"),
        ((1.2, 1.2, 1.0), "worse"),
        ((0.8, 0.8, 1.2, 1.2), "no difference"),
    ],
)
def test_a_value_is_changed_for_a_gain_on_two_tables_or_more(ratios, verdict):
    assert summarize(OTHER, figures_of(OTHER, *ratios), "cpu").verdict == verdict


def test_fits_of_less_than_five_milliseconds_do_not_count():
    figures = figures_of(OFF, 2.0, 2.0, seconds=0.004)
    assert summarize(OFF, figures, "wall").verdict == "remove"
    assert summarize(OFF, figures, "cpu").verdict == "keep"


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"warnings": 1}, "convergence"),
        ({"error": 1e-5}, "precision"),
        ({"megabytes": 25.0}, "memory"),
    ],
)
def test_a_heuristic_is_kept_for_what_is_lost_without_it(change, lost):
    summary = summarize(OFF, figures_of(OFF, 0.5, **change), "wall")
    assert summary.lost == [f"{lost}: {REAL[0]}"]
    assert summary.verdict == "keep"


def test_twice_the_memory_is_no_loss_if_it_is_little():
    assert summarize(OFF, figures_of(OFF, 1.0, megabytes=15.0), "wall").lost == []


def test_a_ratio_is_a_geometric_mean_and_one_where_nothing_changes():
    figures = figures_of(OFF, 4.0)
    figures = figures[(figures["use"] == "γ=0") | (figures["variant"] == BASELINE.name)]
    summary = summarize(OFF, figures, "wall")
    assert summary.ratios.to_dict() == {REAL[0]: pytest.approx(2)}
    assert summary.mean(real=True) == pytest.approx(2)
    assert summary.mean(real=False) == 1


def test_nothing_is_known_of_a_variant_that_changes_nothing():
    assert summarize(OTHER, figures_of(OFF, 2.0), "wall").verdict == "not exercised"


def test_searches_count_apart_from_the_fits_on_the_same_table():
    variant = Variant("something", "off", uses=("fit", "search"))
    figures = figures_of(variant, 2.0, uses=("γ=0", "search"))
    assert list(summarize(variant, figures, "wall").ratios.index) == [REAL[0], f"{REAL[0]}, search"]
    assert list(summarize(OFF, figures, "wall").ratios.index) == [REAL[0]]


def test_the_page_shows_every_variant_that_was_measured(tmp_path):
    info = {
        "clock": "cpu",
        "load": 3.0,
        "command": "",
        "origin": {"versions": {}, "processor": ""},
        "variants": [["something", "off", "fit"], ["search", "off", "search"]],
    }
    (path,) = build(PAGE, MeasuredTable(figures_of(OFF, 1.25), info), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert path.parent.name == "develop"
    assert "| something | off | 1.25 | 1.00 |" in text
    assert "| search |" not in text


def test_the_command_measures_and_resumes(monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "MAX_ROUNDS", 1)
    for module in (measure, page):
        monkeypatch.setattr(module, "VARIANTS", VARIANTS[-5:])
    arguments = ["-o", str(tmp_path), "--table", "300 x 10"]
    assert "300 x 10" not in SEARCHED
    command = page_command(PAGE)
    first = CliRunner().invoke(command, arguments)
    assert first.exit_code == 0
    stored = (tmp_path / "ablation.csv").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "ablation.json").read_text())["clock"] == "wall"
    again = CliRunner().invoke(command, [*arguments, "--cpu"])
    assert "2 of 2 parts are stored" in again.output
    assert (tmp_path / "ablation.csv").read_text(encoding="utf-8") == stored
    assert json.loads((tmp_path / "ablation.json").read_text())["clock"] == "cpu"


def test_fits_with_an_l1_penalty_are_measured_apart(one_round, monkeypatch):
    assert one_round is None
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 4))
    monkeypatch.setattr(measure, "make", lambda _: (X, (X[:, 0] > rng.random(300)).astype(int)))
    split = next(each for each in VARIANTS if "MAX_METRIC_FLOATS" in each.replacements)
    monkeypatch.setattr(measure, "VARIANTS", [split])

    figures = pd.DataFrame(measure.measure_table(("l1", "a table"), {}))

    assert set(figures["use"]) == {"γ=0, L1", "γ=2, L1"}
    assert set(figures["variant"]) == {BASELINE.name, split.name}
    assert list(summarize(split, figures, "wall").ratios.index) == ["a table, L1"]
