"""The ablation of the solver's heuristics."""

import json

import numpy as np
import pytest

from benchmarks.ablation import command, measure, page
from benchmarks.ablation.measure import measure_fits, measure_searches
from benchmarks.ablation.page import render, summarize
from benchmarks.ablation.tables import SYNTHETIC
from benchmarks.ablation.variants import BASELINE, FITS, SEARCHES, UNPENALISED_FITS, Variant, active
from skfocal import FocalLogisticRegression
from skfocal._solver import heuristics, training

OFF = Variant("something", "off")
OTHER = Variant("something", "2")


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 4))
    return X, (X @ [1, -1, 0, 2] + random.logistic(size=200) > 1).astype(int)


@pytest.fixture
def few_rounds(monkeypatch):
    monkeypatch.setattr(measure, "_MIN_ROUNDS", 1)
    monkeypatch.setattr(measure, "_MAX_ROUNDS", 1)


@pytest.mark.parametrize("variant", [*FITS, *SEARCHES], ids=lambda variant: variant.name)
def test_every_variant_changes_something_and_is_undone(variant):
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


@pytest.mark.parametrize("variant", FITS, ids=lambda variant: variant.name)
def test_no_variant_changes_the_minimum(variant):
    X, y = SYNTHETIC["10,000 x 30"]()
    expected = FocalLogisticRegression(tol=1e-9).fit(X, y)
    with active(variant):
        actual = FocalLogisticRegression(tol=1e-9).fit(X, y)
    np.testing.assert_allclose(actual.coef_, expected.coef_, atol=1e-6)


def test_names_of_variants_are_unique():
    for variants in (FITS, UNPENALISED_FITS, SEARCHES):
        names = [BASELINE.name, *(variant.name for variant in variants)]
        assert len(set(names)) == len(names)


def test_a_variant_that_changes_nothing_is_not_timed(table, few_rounds):
    assert few_rounds is None
    pairs = Variant("pairs", "1", {"PAIRS": 1})
    row_space = Variant("row space", "off", {"ROW_SPACE_MAX_ROWS": 0})
    cell = measure_fits(*table, [pairs, row_space], 2.0)
    assert set(cell["variants"]) == {BASELINE.name, pairs.name}
    assert cell["variants"][pairs.name]["wall"] > 0
    assert 0 <= cell["variants"][BASELINE.name]["suboptimality"] < 1e-6


def test_passes_count_evaluations_and_curvatures_by_their_share_of_the_table(table, few_rounds):
    assert few_rounds is None
    facts = measure_fits(*table, [], 0.0)["variants"][BASELINE.name]
    # One curvature on all rows, of five parameters.
    assert facts["evaluations"] > facts["iterations"]
    assert facts["passes"] - facts["evaluations"] == pytest.approx(5 / 20)


def test_a_fit_that_does_not_converge_counts_its_warning(table, few_rounds):
    assert few_rounds is None
    facts = measure_fits(*table, [], 2.0, max_iter=1)["variants"][BASELINE.name]
    assert facts["warnings"] == 1
    assert facts["suboptimality"] > 1e-6


def test_searches_are_measured_by_the_error_of_their_scores(table, few_rounds, monkeypatch):
    assert few_rounds is None
    monkeypatch.setattr(measure, "_SEARCH_CS", 2)
    variant = Variant("tolerance", "large", {"TOLS": 1e6, "EXCESS": np.inf})
    variants = measure_searches(*table, [variant])["variants"]
    assert variants[BASELINE.name]["suboptimality"] < 1e-6
    assert variants[variant.name]["suboptimality"] > 1e-4


def _cells(variant, *ratios, seconds=0.1, suboptimality=0.0, warnings=0):
    """Return results in which each table has one cell with this ratio."""
    base = {"passes": 10.0, "suboptimality": 0.0, "warnings": 0}
    own = {"passes": 20.0, "suboptimality": suboptimality, "warnings": warnings}
    return {
        f"table {number}": {
            "0": {
                "shape": [10, 2],
                "seconds": seconds,
                "cpu_seconds": seconds,
                "variants": {
                    BASELINE.name: base,
                    variant.name: own | {"wall": ratio, "cpu": ratio},
                },
            }
        }
        for number, ratio in enumerate(ratios)
    }


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
    assert summarize(OFF, _cells(OFF, *ratios), "wall").verdict == verdict


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((0.8, 0.8, 1.0), "change"),
        ((0.8, 1.0, 1.0), "no difference"),
        ((1.2, 1.2, 1.0), "keep the value"),
        ((0.8, 0.8, 1.2, 1.2), "no difference"),
    ],
)
def test_a_value_is_changed_for_a_gain_on_two_tables_or_more(ratios, verdict):
    assert summarize(OTHER, _cells(OTHER, *ratios), "cpu").verdict == verdict


def test_fits_of_less_than_five_milliseconds_do_not_count():
    cells = _cells(OFF, 2.0, 2.0, seconds=0.004)
    assert summarize(OFF, cells, "wall").verdict == "remove"


@pytest.mark.parametrize("loss", [{"warnings": 1}, {"suboptimality": 1e-5}])
def test_a_heuristic_is_kept_for_its_precision(loss):
    summary = summarize(OFF, _cells(OFF, 1.0, **loss), "wall")
    assert summary.verdict == "keep"
    assert summary.less_precise == ["table 0"]


def test_ratios_are_geometric_means_and_one_where_nothing_changes():
    cells = _cells(OFF, 2.0)
    cells["table 0"]["2"] = cells["table 0"]["0"] | {"variants": {BASELINE.name: {}}}
    summary = summarize(OFF, cells, "wall")
    assert summary.ratios == {"table 0": pytest.approx(2**0.5)}
    assert summary.passes == pytest.approx(2)


def test_a_run_resumes_unless_the_code_changed(tmp_path, monkeypatch):
    measured = []
    monkeypatch.setattr(command, "_measured", lambda section, _: measured.append(section))
    path = tmp_path / "ablation.json"
    command.measure(["kc1", "flare-F"], path)
    command.measure(["kc1"], path)
    assert sorted(measured) == ["fits", "fits", "searches", "unpenalised fits", "unpenalised fits"]
    results = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(results | {"code": "another"}), encoding="utf-8")
    command.measure(["kc1"], path)
    assert len(measured) == 7


def test_the_page_shows_every_heuristic(monkeypatch):
    monkeypatch.setattr(page, "FITS", (OFF,))
    cells = _cells(OFF, 1.25)
    results = {
        "code": "",
        "environment": {"processor": "a processor", "versions": {"numpy": "2.0"}},
        "sections": {"fits": cells, "unpenalised fits": {}, "searches": {}},
    }
    text = render(results, "wall")
    assert "| something | off | 1.00 | 1.25 |" in text
    assert "## Searches" not in text
    assert "Not measured yet, searches: flare-F; " in text


def test_the_variant_without_gradient_steps_still_minimizes(table):
    variant = next(each for each in FITS if (training, "minimize") in each.replacements)
    with active(variant):
        model = FocalLogisticRegression(tol=1e-6).fit(*table)
    assert model.n_iter_ > 0
