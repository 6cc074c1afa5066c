import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import METHODS, compare_tables, make_table
from skfocal.comparison.answer import chosen_values, findings, format_p, join_names
from skfocal.comparison.figures import difference_panels, nice_ticks, rank_panel
from skfocal.comparison.measures import METRICS
from skfocal.comparison.report import render
from skfocal.comparison.text import ranking_text

MINUS = "\N{MINUS SIGN}"
EVIL = "<script>alert(1)</script>"
VOID = {"meta", "line", "path", "circle", "rect", "polyline"}


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


@pytest.fixture(scope="module")
def comparisons(mixed_frame):
    """One comparison over several tables and one on a single table, all with evil names."""
    X, y = mixed_frame(n_samples=120)
    X = X.rename(columns={"length": EVIL, "colour": "</svg>"})
    y = np.where(y == "ill", EVIL, "fine & well")
    tables = [make_table(X, y, name=f"{EVIL} {number}") for number in (1, 2)]
    focal = METHODS["focal"]
    settings = {"methods": ["class_weight", focal], "cv": 2, "repeats": 1}
    return {
        "several": compare_tables(tables, **settings),
        "single": compare_tables(tables[:1], **settings),
    }


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
    assert page.text.count("RuntimeError: no <b>luck</b> today") == 2
    assert "2 of 4 results failed." in page.text
    assert re.search(r"^unlucky +failed +failed", ranking_text(comparison), flags=re.MULTILINE)


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
    assert [path.name for path in paths] == ["report.html", "scores.csv", "summary.json"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(
        path.name for path in paths
    )
    scores = pd.read_csv(paths[1], keep_default_na=False, na_values=[""])
    np.testing.assert_allclose(scores["log_loss"], comparison.scores["log_loss"])
    summary = json.loads(paths[2].read_text(encoding="utf-8"))
    assert summary["manifest"]["command"] == "repeat me"
    assert summary["manifest"]["settings"]["cv"] == 2
    assert {"skfocal", "python", "scikit-learn"} <= set(summary["manifest"]["versions"])
    ranks = [row["mean_rank"] for row in summary["ranking"]]
    np.testing.assert_allclose(ranks, comparison.summary()["mean_rank"])
    assert len(summary["differences"]) == len(comparison.differences)
    assert len(summary["pairwise"]) == len(comparison.pairwise())
    assert len(summary["descriptions"]) == len(comparison.descriptions())


def test_the_text_ranks_every_method_and_gives_the_answer(comparison):
    text = ranking_text(comparison)
    for method in comparison.scores["method"].unique():
        assert re.search(rf"^{re.escape(method)} +\d", text, flags=re.MULTILINE)
    for finding in findings(comparison):
        assert finding.text in text


def altered(comparison, monkeypatch, **values):
    """Give the methods other results in the summary."""
    summary = comparison.summary()
    for method, changes in values.items():
        for key, value in changes.items():
            summary.loc[summary["method"] == method, key] = value
    monkeypatch.setattr(comparison, "summary", lambda: summary)
    return {finding.subject: finding.text for finding in findings(comparison)}


def test_the_answer_names_what_is_significantly_better_or_worse(comparisons, monkeypatch):
    names = ["class_weight", "focal (recovered)", "focal (raw)"]
    none = {name: {"p_holm": 0.2, "direction": 1, "difference": 0.25} for name in names}
    answer = altered(comparisons["several"], monkeypatch, **none)["Ranking"]
    assert answer.startswith("By average precision, no method differed significantly from logistic")

    worse = {**none, "class_weight": {"p_holm": 0.01, "direction": -1, "difference": -0.1234}}
    answer = altered(comparisons["several"], monkeypatch, **worse)["Ranking"]
    assert answer == (
        f"By average precision, significantly worse than logistic: class_weight {MINUS}0.123; "
        "none significantly better (medians over data sets)."
    )

    mixed = {**worse, "focal (raw)": {"p_holm": 0.04, "direction": 1, "difference": np.nan}}
    answer = altered(comparisons["several"], monkeypatch, **mixed)["Probabilities"]
    assert answer == (
        "By log loss, significantly better than logistic: focal (raw); "
        f"significantly worse than logistic: class_weight {MINUS}0.123 (medians over data sets)."
    )


def test_the_answer_does_not_judge_what_could_not_be_tested(comparisons, monkeypatch):
    nothing = {name: {"p_holm": np.nan} for name in comparisons["single"].scores["method"]}
    answer = altered(comparisons["single"], monkeypatch, **nothing)["Ranking"]
    assert answer == "By average precision, nothing could be tested: see the failures."


def test_the_answer_says_when_there_are_too_few_data_sets(comparisons):
    answers = {finding.subject: finding.text for finding in findings(comparisons["several"])}
    assert "2 data sets are too few for a test of 3 methods to show one" in answers["Ranking"]


def test_the_answer_tells_how_often_focusing_was_declined(comparison):
    shares = chosen_values(comparison, "gamma")
    assert sum(shares.values()) == pytest.approx(1)
    text = next(one.text for one in findings(comparison) if one.subject == "Focusing")
    assert f"in {100 * shares['0.0']:.0f} % of the folds" in text


@pytest.mark.parametrize(
    ("p_value", "expected"),
    [(0.0001, "< .001"), (0.0234, "= .023"), (0.9994, "> .999"), (1.0, "> .999")],
)
def test_p_values_are_written_as_they_are_read(p_value, expected):
    assert format_p(p_value) == expected


def test_names_are_joined_as_in_a_sentence():
    assert join_names(["a"]) == "a"
    assert join_names(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("low", "high"), [(-0.3, 0.1), (0, 1), (-1e-4, 2e-4), (-7, 120), (-0.05, 0.0)]
)
def test_ticks_are_round_and_inside(low, high):
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    assert low - 1e-9 <= min(ticks) < max(ticks) <= high + 1e-9
    step = ticks[1] - ticks[0]
    np.testing.assert_allclose(np.diff(ticks), step)
    assert 0 in ticks or low > 0 or high < 0


def test_right_is_better_for_every_metric():
    differences = pd.DataFrame(
        {
            "data_set": "d",
            "method": "m",
            "metric": ["average_precision", "log_loss"],
            "mean": [0.1, -0.1],
            "low": [0.05, -0.15],
            "high": [0.15, -0.05],
            "p_value": 0.01,
        }
    )
    for panel in difference_panels(differences):
        (interval,) = panel.strips[0].intervals
        assert panel.zero < interval.low < interval.middle < interval.high
        assert interval.kind == "better"
        assert interval.words == "d: +.10 (+.050 to +.15)"


def test_failed_pairs_have_no_interval():
    differences = pd.DataFrame(
        {
            "data_set": ["d", "e"],
            "method": "m",
            "metric": "log_loss",
            "mean": [0.1, np.nan],
            "low": [0.0, np.nan],
            "high": [0.2, np.nan],
            "p_value": [0.1, np.nan],
        }
    )
    (panel,) = difference_panels(differences)
    assert len(panel.strips[0].intervals) == 1


def test_ranks_and_what_does_not_differ_are_drawn():
    ranks = pd.Series({"slow": 2.9, "good": 1.2, "fair": 1.9})
    differing = {frozenset(("good", "slow"))}
    panel = rank_panel(METRICS["log_loss"], ranks, differing)
    assert [row.method for row in panel.rows] == ["good", "fair", "slow"]
    assert [row.words for row in panel.rows] == ["mean rank 1.2", "mean rank 1.9", "mean rank 2.9"]
    assert np.all(np.diff([[row.x, row.y] for row in panel.rows], axis=0) > 0)
    assert [bar.words for bar in panel.bars] == [
        "no two differ from good to fair",
        "no two differ from fair to slow",
    ]
    assert max(row.x for row in panel.rows) < panel.bars[0].x < panel.bars[1].x <= 300
    for bar, (first, last) in zip(panel.bars, [(0, 1), (1, 2)], strict=True):
        assert panel.rows[first].y - 13 < bar.top < panel.rows[first].y
        assert panel.rows[last].y < bar.bottom < panel.rows[last].y + 13


def test_pairs_are_shown_where_there_are_several_data_sets(comparisons):
    several, single = (" ".join(Page(render(comparisons[name])).text) for name in comparisons)
    heading = "Which methods differ from one another"
    assert heading in several
    assert "no two differ from" in several
    assert heading not in single


def test_what_ranks_no_method_is_shown(comparison):
    text = Page(render(comparison)).text
    assert "Calibration slope" in text
    slope = comparison.descriptions().set_index("method").loc["logistic", "calibration_slope"]
    assert f"{slope:.3f}".replace("-", MINUS) in text
