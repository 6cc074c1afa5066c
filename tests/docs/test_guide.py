"""The code, the links and the numbers of the user guide."""

import re

import matplotlib.pyplot as plt
import pytest

from benchmarks.boosting.comparisons import rank as rank_boosters
from benchmarks.publishing import DOCS, RESULTS, read_results
from benchmarks.quality.ranking import SIGNIFICANT, TWO_CLASSES, rank
from benchmarks.quality.results import scores
from skfocal.comparison import compare_all_pairs
from skfocal.comparison.report.rendering import SECTIONS

PAGES = sorted([*DOCS.glob("start/*.md"), *DOCS.glob("guide/*.md"), DOCS / "migration.md"])
SLOW = {"boosted_trees", "large_data", "reading_a_report"}
WITH_CODE = [
    pytest.param(page, id=page.stem, marks=[pytest.mark.slow] if page.stem in SLOW else [])
    for page in PAGES
    if "```python" in page.read_text(encoding="utf-8")
]
SHOULD_I = (DOCS / "start" / "should_i_use_focal_loss.md").read_text(encoding="utf-8")
NEEDS = {
    "boosted_trees": ["lightgbm"],
    "large_data": ["dask"],
    "migration": ["lightgbm"],
}


def name(page):
    return page.stem


# LightGBM 4.6 makes up names of columns, and then misses them.
@pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning")
@pytest.mark.parametrize("page", WITH_CODE)
def test_the_code_prints_the_output_below_it(page, capsys, tmp_path, monkeypatch):
    for package in NEEDS.get(page.stem, ()):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(
        r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?",
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    names = {}
    for code, output in blocks:
        exec(compile(code, page.name, "exec"), names)  # noqa: S102 - our own guide
        assert capsys.readouterr().out == output
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link, anchor in re.findall(r"\]\(([^)#:\s]+)?(?:#([^)\s]+))?\)", text):
        target = page.parent / link if link else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [slug(heading) for heading in headings]


def slug(heading):
    """Return the anchor that code hosts give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_guide_to_the_report_has_its_sections():
    page = (DOCS / "guide" / "reading_a_report.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    sections = headings[headings.index("Ranking") : headings.index("In Python")]
    assert sections == [section.title.removesuffix(" by data set") for section in SECTIONS]


def test_all_extras_are_listed():
    metadata = (DOCS.parent / "pyproject.toml").read_text(encoding="utf-8")
    section = metadata.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    page = (DOCS / "start" / "install.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == sorted_extras(section)


def sorted_extras(section):
    """Return the extras in the order of the page: `compare` first, then the boosters."""
    extras = re.findall(r"^(\w+) = \[", section, re.MULTILINE)
    first = ["compare", "boosting", "catboost", "lightgbm", "xgboost"]
    return [*first, *sorted(set(extras) - set(first))]


MEASURED = {
    "average_precision": "average precision",
    "log_loss": "log loss",
    "f1_default": "F1 at 0.5",
    "f1_tuned": "F1, tuned threshold",
}


@pytest.fixture(scope="module")
def ranks():
    """Return the methods of the quality run with their differences, by metric."""
    results = read_results(RESULTS / "quality")
    return {metric: rank(results, TWO_CLASSES, metric) for metric in MEASURED}


def test_the_table_is_that_of_the_quality_run(ranks):
    rows = re.findall(r"^\| (.*?) \|((?: [^|]* \|){4})$", SHOULD_I, re.MULTILINE)
    shown = {label: cells.strip(" |").split(" | ") for label, cells in rows}
    assert shown.pop("method") == list(MEASURED.values())
    shown.pop("---")
    assert len(shown) >= 8
    for method, cells in shown.items():
        assert cells == [cell(ranks[metric].loc[method]) for metric in MEASURED], method


def cell(row):
    """Return the text of a difference, bold if it is significant."""
    text = f"{row['difference'] + 0.0:+.3f}".replace("-", "−")
    return f"**{text}**" if row["p_holm"] < SIGNIFICANT else text


@pytest.mark.parametrize("metric", MEASURED)
def test_smote_is_no_better_than_random_over_sampling(metric):
    table = scores(read_results(RESULTS / "quality"), TWO_CLASSES, metric)
    pair = compare_all_pairs(
        table[["smote", "oversample"]], greater_is_better=metric != "log_loss"
    ).iloc[0]
    assert not (pair["direction"] > 0 and pair["p_value"] < SIGNIFICANT)


def test_what_the_guide_says_about_methods_is_what_was_measured(ranks):
    signs = {
        metric: table["direction"] * (table["p_holm"] < SIGNIFICANT)
        for metric, table in ranks.items()
    }
    best = {metric: sign.drop("logistic").max() for metric, sign in signs.items()}
    resampled = ["class_weight", "oversample", "undersample", "smote"]
    assert best["average_precision"] == best["f1_tuned"] == 0
    assert signs["f1_tuned"]["undersample"] == -1
    assert (signs["f1_default"][resampled] == 1).all()
    assert (signs["log_loss"][resampled] == -1).all()
    assert signs["log_loss"]["focal (recovered)"] == 0


@pytest.mark.parametrize(
    ("page", "figure", "verdict"),
    [
        ("claims", "average precision at γ = 0 − at γ = 2", "not shown"),
        ("claims", "average precision at the best γ of each data set − at γ = 2", "holds"),
        ("claims", "range of average_precision over α − over γ", "does not hold"),
        ("claims", "average_precision at the best of five values each", "not shown"),
        ("claims", "change of average_precision by wrong labels, γ = 2 − γ = 0", "not shown"),
        ("claims", "change of log_loss by wrong labels, γ = 2 − γ = 0", "not shown"),
        ("claims", "with wrong labels: average precision at γ = 10 − at γ = 2", "holds"),
        ("boosting", "Focal loss ranks better than log loss", "not shown"),
        ("boosting", "Focal loss has a better tuned F1 than log loss", "not shown"),
        ("boosting", "Class weights have a better default F1 than none", "holds in part"),
        ("boosting", "Class weights have a better tuned F1 than none", "not shown"),
        (
            "replicate",
            "The plain sigmoid of a focal model (γ = 2) is a calibrated probability.",
            "does not hold",
        ),
        ("replicate", "Recovered, its risks are neither over- nor underestimated.", "holds"),
    ],
)
def test_verdicts_that_the_guide_relies_on(page, figure, verdict):
    rows = (DOCS / f"{page}.md").read_text(encoding="utf-8").splitlines()
    [row] = [row for row in rows if row.startswith(f"| {figure} |")]
    assert row.strip(" |").split(" | ")[-1].strip("*") == verdict


@pytest.mark.parametrize(
    ("metric", "method", "worse", "better"),
    [
        ("average_precision", "focal (recovered)", "", ""),
        ("f1_tuned", "focal (recovered)", "", ""),
        ("f1_tuned", "weighted", "", ""),
        ("log_loss", "focal (recovered)", "", ""),
        ("log_loss", "focal (raw)", "xgboost", ""),
        ("log_loss", "weighted", "xgboost catboost", ""),
        ("f1_default", "weighted", "", "xgboost catboost"),
    ],
)
def test_what_the_guide_says_about_boosted_trees(metric, method, worse, better):
    results = read_results(RESULTS / "boosting")
    expected = dict.fromkeys(worse.split(), -1) | dict.fromkeys(better.split(), 1)
    for library in ("xgboost", "lightgbm", "catboost"):
        row = rank_boosters(results, library, metric).loc[f"{library}_{method}"]
        found = row["direction"] * (row["p_holm"] < SIGNIFICANT)
        assert found == expected.get(library, 0), library
