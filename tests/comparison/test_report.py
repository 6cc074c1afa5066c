import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, compare_tables, make_table
from skfocal.comparison.report.answer import findings
from skfocal.comparison.report.rendering import render, render_markdown
from skfocal.comparison.report.tables import ranking_cells
from skfocal.comparison.report.text import ranking_text

MINUS = "\N{MINUS SIGN}"
EVIL = "<script>alert(1)</script>"
VOID = {"meta", "line", "path", "circle", "rect"}


class Page(HTMLParser):
    """Collect the elements and see to it that they nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.ids, self.references, self.text = [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.references += values.get("aria-labelledby", "").split()
        self.references += [values["href"][1:]] if "href" in values else []
        assert "src" not in values
        assert not [name for name in values if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: ARG002  # HTMLParser's signature
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def comparisons(evil_comparisons):
    return evil_comparisons


@pytest.fixture(params=["several", "single"])
def comparison(request, comparisons):
    return comparisons[request.param]


def test_the_page_nests_and_all_its_references_lead_somewhere(comparison):
    page = Page(render(comparison))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)
    assert page.tags.count("h1") == 1
    assert page.tags.count("svg") >= 4 + len(METHODS["focal"].views)


def test_names_from_the_data_stay_names(comparison):
    html = render(comparison, command=f"skfocal compare '{EVIL}'")
    assert "script" not in Page(html).tags
    assert EVIL not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10
    assert "fine & well" not in html


def test_columns_are_listed_by_how_they_were_read(comparison):
    text = "".join(Page(render(comparison)).text)
    n_tables = len(comparison.data_sets)
    assert text.count(f"Numbers: {EVIL}, mass\n") == n_tables
    assert text.count("Categories: wet, </svg>\n") == n_tables


def test_folds_of_a_single_repeat_are_drawn_once(comparison):
    assert "2 of them, drawn once." in render(comparison)


def test_failures_are_shown_escaped(mixed_frame, failing_method):
    table = make_table(*mixed_frame(), name="t")
    comparison = compare_tables([table], methods=[failing_method], cv=2, repeats=1)
    html = render(comparison)
    page = Page(html)
    assert page.text.count("RuntimeError: no <b>luck</b> today") == 1
    assert "2 of 2" in page.text
    assert "2 of 4 results failed." in page.text
    assert re.search(r"^unlucky +failed +failed", ranking_text(comparison), flags=re.MULTILINE)


@pytest.mark.parametrize("n_tables", [1, 2])
def test_a_baseline_that_failed_throughout_leaves_a_report(
    mixed_frame, failing_method, small_methods, n_tables, tmp_path
):
    tables = [make_table(*mixed_frame(seed=seed), name=f"t{seed}") for seed in range(n_tables)]
    settings = {"baseline": "unlucky", "cv": 2, "repeats": 1}
    for methods in ([failing_method], [failing_method, small_methods[0]]):
        comparison = compare_tables(tables, methods=methods, **settings)
        comparison.write(tmp_path)
        page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
        assert "RuntimeError: no <b>luck</b> today" in page.text


def test_markdown_says_the_same_and_keeps_names_from_being_marks(comparison):
    told = render_markdown(comparison, command=f"skfocal compare '{EVIL}'")
    prose = [line for line in told.splitlines() if not line.startswith("    ")]
    assert EVIL not in "\n".join(prose)
    assert told.count(r"\<script\>alert\(1\)\</script\>") >= len(comparison.data_sets)
    html = Page(render(comparison)).text
    for cells in ranking_cells(comparison).values():
        for cell in cells.values():
            assert cell.main in told
            assert cell.main in html
    tables = [line for line in told.splitlines() if line.startswith("|")]
    widths = {line.count("|") - line.count(r"\|") for line in tables}
    n_metrics, n_methods = len(comparison.metrics), len(ranking_cells(comparison))
    assert {n_metrics + 2, n_methods + 2} <= widths


def test_nothing_comes_from_elsewhere(comparison):
    html = render(comparison)
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)|url\(|@import|https?://", html)
    assert "default-src 'none'" in html


def test_more_than_two_classes_are_explained(mixed_frame):
    X, y = mixed_frame(n_samples=150)
    y = np.where(np.arange(150) % 3 == 0, "third", y)
    comparison = compare_tables(
        [make_table(X, y, name="three")], methods=["class_weight"], cv=2, repeats=1
    )
    text = " ".join(Page(render(comparison)).text)
    assert "there is no threshold" in text
    assert "F1 threshold" not in ranking_text(comparison)


def test_files_are_complete_and_say_the_same(comparison, tmp_path):
    paths = comparison.write(tmp_path / "deep" / "out", command="repeat me")
    names = ["report.html", "report.md", "scores.csv", "summary.json", "scores.parquet"]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(
        path.name for path in paths
    )
    scores = pd.read_csv(paths[2], keep_default_na=False, na_values=[""])
    np.testing.assert_allclose(scores["log_loss"], comparison.scores["log_loss"])
    pd.testing.assert_frame_equal(pd.read_parquet(paths[4]), comparison.scores, check_dtype=False)
    summary = json.loads(paths[3].read_text(encoding="utf-8"))
    assert summary["manifest"]["command"] == "repeat me"
    assert summary["manifest"]["settings"]["cv"] == 2
    assert {"skfocal", "python", "scikit-learn"} <= set(summary["manifest"]["versions"])
    ranks = [row["mean_rank"] for row in summary["ranking"]]
    np.testing.assert_allclose(ranks, comparison.summary()["mean_rank"])
    assert len(summary["differences"]) == len(comparison.differences)
    assert len(summary["pairwise"]) == len(comparison.pairwise())
    assert len(summary["descriptions"]) == len(comparison.descriptions())
    assert len(summary["sensitivity"]) == len(comparison.sensitivity())
    assert len(summary["seed_spread"]) == len(comparison.seed_spread())
    assert [one["text"] for one in summary["answer"]] == [
        finding.text for finding in findings(comparison)
    ]


def test_without_pyarrow_all_other_files_are_written(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr("skfocal.comparison.report.writing.find_spec", lambda _: None)
    names = {path.name for path in comparison.write(tmp_path)}
    assert names == {"report.html", "report.md", "scores.csv", "summary.json"}


def test_the_text_ranks_every_method_and_gives_the_answer(comparison):
    text = ranking_text(comparison)
    for method in comparison.scores["method"].unique():
        assert re.search(rf"^{re.escape(method)} +\d", text, flags=re.MULTILINE)
    for finding in findings(comparison):
        assert finding.text in text


def test_pairs_are_shown_where_there_are_several_data_sets(comparisons):
    several, single = (" ".join(Page(render(comparisons[name])).text) for name in comparisons)
    heading = "Which methods differ from one another"
    assert heading in several
    assert "no two differ from" in several
    assert heading not in single


@pytest.mark.parametrize(
    "shown",
    [
        "The ranking",
        "How large the differences are",
        "ROC curves",
        "Precision and recall",
        "Score against threshold",
        "Whether the probabilities can be believed",
        "What it costs",
        "Spread over seeds and folds",
        "Sensitivity to each hyperparameter",
        "Every data set",
        "The data",
        "How it was done",
        "To repeat it",
    ],
)
def test_the_report_has_every_part(comparison, shown):
    assert shown in Page(render(comparison)).text


def test_a_repetition_is_told_all_it_needs(comparison):
    told = " ".join(Page(render(comparison, command="skfocal compare 'my data.csv'")).text)
    manifest = comparison.manifest()
    wanted = ["skfocal compare 'my data.csv'", manifest["processor"], str(manifest["cores"])]
    wanted += [str(value) for key, value in manifest["settings"].items() if key != "metrics"]
    wanted += [*manifest["settings"]["metrics"], *manifest["versions"].values()]
    wanted += [one for both in manifest["hashes"].values() for one in both.values()]
    assert [one for one in wanted if one not in told] == []
    assert len(manifest["hashes"]) == len(comparison.data_sets)


@pytest.mark.slow
def test_hashes_tell_other_data_and_other_splits(mixed_frame):
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


def test_what_ranks_no_method_is_shown(comparison):
    text = Page(render(comparison)).text
    assert "Calibration slope" in text
    slope = comparison.descriptions().set_index("method").loc["logistic", "calibration_slope"]
    assert f"{slope:.3f}".replace("-", MINUS) in text
