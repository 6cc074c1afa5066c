"""The report, its Markdown and its files hold the same numbers, and names stay names."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, compare_tables, make_table
from skfocal.comparison.report.answer import answer
from skfocal.comparison.report.rendering import render, render_markdown
from skfocal.comparison.report.table_cells import ranking_cells
from skfocal.comparison.report.text import ranking_text

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def comparisons(evil_comparisons):
    return evil_comparisons


@pytest.fixture(params=["several", "single"])
def comparison(request, comparisons):
    return comparisons[request.param]


def test_all_references_lead_somewhere(comparison, read_page):
    page = read_page(render(comparison))
    ids = page.ids
    assert len(ids) == len(set(ids))
    labels = [one.attributes.get("aria-labelledby", "") for one in page.elements]
    links = [one.attributes["href"].removeprefix("#") for one in page.all("a")]
    assert {*" ".join(labels).split(), *links} <= set(ids)
    assert len(page.all("svg")) >= 4 + len(METHODS["focal"].views)


def test_names_from_the_data_are_escaped(comparison, read_page):
    html = render(comparison, command=f"skfocal compare '{EVIL}'")
    page = read_page(html)
    assert not page.all("script")
    assert EVIL not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10
    assert "fine & well" not in html
    attributes = [name for one in page.elements for name in one.attributes]
    assert not [name for name in attributes if name == "src" or name.startswith("on")]


def test_the_columns_of_each_data_set_are_listed(comparison, read_page):
    text = read_page(render(comparison)).text
    for columns in ([EVIL, "mass"], ["wet", "</svg>"]):
        assert text.count(", ".join(columns)) == len(comparison.data_sets)


@pytest.mark.parametrize("write", [render, render_markdown])
def test_fewer_repeats_by_default_are_not_ascribed_to_a_budget(comparison, monkeypatch, write):
    settings = replace(comparison.settings, repeats_reason="1 repeat, because it suffices")
    monkeypatch.setattr(comparison, "settings", settings)
    text = write(comparison)
    assert "1 repeat, because it suffices." in text
    assert "Reduced" not in text
    settings = replace(settings, budget=600.0, reductions=("half of all",))
    monkeypatch.setattr(comparison, "settings", settings)
    assert "Reduced to fit a budget of 10 min: half of all." in write(comparison)


def test_failures_are_shown_escaped(mixed_frame, failing_method, read_page):
    table = make_table(*mixed_frame(), name="t")
    comparison = compare_tables([table], methods=[failing_method], cv=2, repeats=1)
    page = read_page(render(comparison))
    assert page.texts.count("RuntimeError: no <b>luck</b> today") == 1
    assert "2 of 2" in page.texts
    assert "failures" in page.ids
    assert re.search(r"^unlucky +failed +failed", ranking_text(comparison), flags=re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("n_tables", [1, 2])
def test_a_baseline_that_always_failed_leaves_a_report(
    mixed_frame, failing_method, small_methods, n_tables, tmp_path, read_page
):
    tables = [make_table(*mixed_frame(seed=seed), name=f"t{seed}") for seed in range(n_tables)]
    settings = {"baseline": "unlucky", "cv": 2, "repeats": 1}
    for methods in ([failing_method], [failing_method, small_methods[0]]):
        comparison = compare_tables(tables, methods=methods, **settings)
        comparison.write(tmp_path)
        page = read_page((tmp_path / "report.html").read_text(encoding="utf-8"))
        assert "RuntimeError: no <b>luck</b> today" in page.texts


def test_markdown_holds_the_same_numbers_and_escapes_names(comparison, read_page):
    markdown = render_markdown(comparison, command=f"skfocal compare '{EVIL}'")
    prose = [line for line in markdown.splitlines() if not line.startswith("    ")]
    assert EVIL not in "\n".join(prose)
    assert markdown.count(r"\<script\>alert\(1\)\</script\>") >= len(comparison.data_sets)
    html = read_page(render(comparison)).texts
    for cells in ranking_cells(comparison).values():
        for cell in cells.values():
            assert cell.main in markdown
            assert cell.main in html
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    widths = {line.count("|") - line.count(r"\|") for line in tables}
    n_metrics, n_methods = len(comparison.metrics), len(ranking_cells(comparison))
    assert {n_metrics + 2, n_methods + 2} <= widths


def test_nothing_is_loaded_from_elsewhere(comparison):
    html = render(comparison)
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)|url\(|@import", html)
    links = re.findall(r"https?://[^\"]*", html)
    assert set(links) == {"http://www.w3.org/2000/svg"}  # a namespace, which is not loaded
    assert "default-src 'none'" in html


def test_metrics_that_need_a_threshold_are_left_out_for_more_classes(mixed_frame, read_page):
    X, y = mixed_frame(n_samples=150)
    y = np.where(np.arange(150) % 3 == 0, "third", y)
    comparison = compare_tables(
        [make_table(X, y, name="three")], methods=["class_weight"], cv=2, repeats=1
    )
    page = read_page(render(comparison))
    names = {metric.name for metric in comparison.measured_metrics()}
    assert "f1_default" in names
    assert "f1_tuned" not in names
    assert "curves" not in page.ids
    assert "reliability" in page.ids


def test_files_are_complete_and_hold_the_same_numbers(comparison, tmp_path):
    paths = comparison.write(tmp_path / "deep" / "out", command="repeat me")
    names = ["report.html", "report.md", "scores.csv", "summary.json", "scores.parquet"]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(names)
    scores = pd.read_csv(paths[2], keep_default_na=False, na_values=[""])
    np.testing.assert_allclose(scores["log_loss"], comparison.scores["log_loss"])
    pd.testing.assert_frame_equal(pd.read_parquet(paths[4]), comparison.scores, check_dtype=False)
    summary = json.loads(paths[3].read_text(encoding="utf-8"))
    assert summary["manifest"]["command"] == "repeat me"
    assert summary["manifest"]["settings"]["cv"] == 2
    assert {"skfocal", "python", "scikit-learn"} <= set(summary["manifest"]["versions"])
    ranks = [row["mean_rank"] for row in summary["ranking"]]
    np.testing.assert_allclose(ranks, comparison.summary()["mean_rank"])
    for name in ("pairwise", "descriptions", "sensitivity", "seed_spread", "class_recalls"):
        assert len(summary[name]) == len(getattr(comparison, name)())
    assert len(summary["differences"]) == len(comparison.differences)
    assert [one["text"] for one in summary["answer"]] == [one.text for one in answer(comparison)]


def test_without_pyarrow_all_other_files_are_written(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr("skfocal.comparison.report.writing.find_spec", lambda _: None)
    names = {path.name for path in comparison.write(tmp_path)}
    assert names == {"report.html", "report.md", "scores.csv", "summary.json"}


def test_the_text_ranks_every_method_and_gives_the_answer(comparison):
    text = ranking_text(comparison)
    for method in comparison.scores["method"].unique():
        assert re.search(rf"^{re.escape(method)} +\d", text, flags=re.MULTILINE)
    for statement in answer(comparison):
        assert statement.text in text


def test_every_statement_is_in_the_report(comparison, read_page):
    texts = read_page(render(comparison)).texts
    assert all(statement.text in texts for statement in answer(comparison))


def test_the_contents_name_every_section(comparison, read_page):
    page = read_page(render(comparison))
    links = [one.attributes["href"].removeprefix("#") for one in page.all("a") if one.inside("nav")]
    sections = [one.attributes["aria-labelledby"] for one in page.all("section")]
    assert ["advice", "answer", *links] == sections
    assert {"ranking", "differences", "curves", "reliability", "cost", "method"} <= set(links)


def test_pairs_are_shown_if_there_are_several_data_sets(comparisons, read_page):
    n_pairs = {
        name: sum(one.text.startswith("Every pair by ") for one in page.all("summary"))
        for name, page in (
            (name, read_page(render(comparison))) for name, comparison in comparisons.items()
        )
    }
    n_tables = len(comparisons["several"].prominent_metrics())
    assert n_pairs == {"several": n_tables, "single": 0}


def test_the_report_contains_what_is_needed_to_repeat_it(comparison, read_page):
    text = read_page(render(comparison, command="skfocal compare 'my data.csv'")).text
    manifest = comparison.manifest()
    wanted = ["skfocal compare 'my data.csv'", manifest["processor"], str(manifest["cores"])]
    wanted += [str(value) for key, value in manifest["settings"].items() if key != "metrics"]
    wanted += [*manifest["settings"]["metrics"], *manifest["versions"].values()]
    wanted += [one for both in manifest["hashes"].values() for one in both.values()]
    assert [one for one in wanted if one not in text] == []
    assert len(manifest["hashes"]) == len(comparison.data_sets)


@pytest.mark.slow
def test_hashes_identify_the_data_and_the_splits(mixed_frame):
    X, y = mixed_frame(n_samples=80)
    settings = {"methods": ["class_weight"], "cv": 2, "repeats": 1}

    def hashes(X, **changes):
        made = compare_tables([make_table(X, y, name="t")], **settings, **changes)
        return made.manifest()["hashes"]["t"]

    first = hashes(X)
    assert hashes(X) == first
    reseeded = hashes(X, random_state=1)
    assert reseeded["data"] == first["data"]
    assert reseeded["splits"] != first["splits"]
    assert hashes(X.assign(mass=X["mass"] + 1e-9))["data"] != first["data"]


def test_measures_that_rank_no_method_are_shown(comparison, read_page):
    texts = read_page(render(comparison)).texts
    slope = comparison.descriptions().set_index("method").loc["logistic", "calibration_slope"]
    assert f"{slope:.3f}".replace("-", "\N{MINUS SIGN}") in texts


@pytest.mark.slow
def test_no_link_of_the_contents_leads_to_an_empty_section(
    mixed_frame, made_up, failing_method, comparisons, read_page
):
    table = make_table(*mixed_frame(), name="t")
    settings = {"cv": 2, "repeats": 1}
    found = [
        *comparisons.values(),
        made_up(),
        compare_tables([table], methods=["logistic"], **settings),
        compare_tables([table], methods=[failing_method], baseline="unlucky", **settings),
        compare_tables([table], methods=[failing_method], **settings),
    ]
    for comparison in found:
        page = read_page(render(comparison))
        titles = {one.attributes["id"]: one.text for one in page.all("h2")}
        sections = {one.attributes["aria-labelledby"]: one for one in page.all("section")}
        (nav,) = page.all("nav")
        for link in [one for one in page.all("a") if one.inside("nav")]:
            name = link.attributes["href"].removeprefix("#")
            assert titles[name]
            inside = [one.tag for one in page.elements if is_inside(one, sections[name])]
            assert {"table", "svg", "dl", "li"} & set(inside), name
        assert nav.inside("main")


def is_inside(element, section):
    while element is not None and element is not section:
        element = element.parent
    return element is section


def test_a_single_data_set_has_one_table_of_scores(comparisons, read_page):
    for name, n_tables in (("single", 1), ("several", len(comparisons["several"].metrics))):
        page = read_page(render(comparisons[name]))
        (section,) = [
            one for one in page.all("section") if one.attributes["aria-labelledby"] == "scores"
        ]
        assert len([one for one in page.all("table") if is_inside(one, section)]) == n_tables
        markdown = render_markdown(comparisons[name])
        labels = [line for line in markdown.splitlines() if line.startswith("### Brier")]
        assert len(labels) == (n_tables > 1)


def test_the_dot_of_a_threshold_has_the_score_of_the_table(comparisons):
    single = comparisons["single"]
    summary = single.summary().set_index(["metric", "method"])["mean_score"]
    curves = single.threshold_curves()
    for method, score in curves.scores.items():
        assert score == pytest.approx(summary["f1_tuned", method])
        assert (
            curves.thresholds[method]
            == single.descriptions().set_index("method").loc[method, "threshold"]
        )


@pytest.mark.parametrize(
    ("rule", "score", "best"),
    [("tune:mcc", "MCC", "maximum"), ("cost:fp=1,fn=20", "Mean cost per row", "minimum")],
)
def test_the_text_names_the_score_of_the_rule_and_its_best_value(
    made_up, read_page, rule, score, best
):
    comparison = made_up(n_data_sets=1)
    comparison.settings = replace(comparison.settings, threshold=rule)
    page = read_page(render(comparison))
    assert f"{score} (vertical) at every threshold" in page.text
    assert f"If the {best} is far from .5" in page.text
    words = [one.text for one in page.all("desc") if "at the tuned threshold" in one.text]
    assert len(words) == len(comparison.method_order())
    assert all(f"; {best} " in text for text in words)


@pytest.mark.parametrize(
    ("n_binary", "lines"),
    [
        (1, "mean of the folds, the band the range of the folds."),
        (2, "mean of the data sets, the band the quartiles of the data sets."),
    ],
)
def test_the_text_tells_curves_of_folds_from_curves_of_data_sets(
    made_up, read_page, n_binary, lines
):
    comparison = made_up(n_data_sets=3)
    comparison.data_sets["n_classes"] = [2 if at < n_binary else 4 for at in range(3)]
    assert read_page(render(comparison)).text.count(f"The line shows the {lines}") >= 2
