"""What was found in the data is at the top of the report and in every file."""

import json
import warnings

import numpy as np
import pytest

from skfocal.comparison import compare, compare_tables, load_comparison, make_table
from skfocal.comparison.report.rendering import render, render_markdown

SETTINGS = {"methods": ["logistic"], "cv": 2, "repeats": 1}


@pytest.fixture(scope="module")
def frame(mixed_frame):
    """Features with a leak of the target, a row number and words for missing values."""
    X, y = mixed_frame()
    dose = np.where(np.arange(len(y)) % 50 == 0, "unknown", "5")
    return X.assign(later=y == "ill", row=np.arange(len(y)), dose=dose), y


@pytest.fixture(scope="module")
def directory(frame, tmp_path_factory):
    path = tmp_path_factory.mktemp("found")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compare(*frame, directory=path, **SETTINGS).write(path)
    assert len(caught) == 3
    return path


def test_the_leak_comes_first_and_nothing_is_left_out(frame):
    findings = make_table(*frame, name="t").findings
    assert len(findings) == 3
    assert findings[0].startswith("column 'later' alone predicts the target (AUC 1.0000)")
    assert {text.split("'")[1] for text in findings} == {"later", "row", "dose"}


def test_every_file_has_all_findings(frame, directory):
    findings = list(make_table(*frame, name="t").findings)
    for name in ("summary.json", "run.json"):
        content = json.loads((directory / name).read_text(encoding="utf-8"))
        assert content["data_sets"][0]["findings"] == findings
        assert content["data_sets"][0]["dropped"] == ["row"]
    assert load_comparison(directory).findings == {"data": findings}


def test_the_report_states_findings_above_the_answer(frame, directory, read_page):
    html = (directory / "report.html").read_text(encoding="utf-8")
    page = read_page(html)
    assert page.ids.index("findings") < page.ids.index("answer")
    listed = [one.text for one in page.all("li") if "column '" in one.text]
    assert listed == list(make_table(*frame, name="t").findings)
    markdown = (directory / "report.md").read_text(encoding="utf-8")
    assert 0 < markdown.index("alone predicts the target") < markdown.index("## Answer")
    assert markdown.index("looks like an identifier") < markdown.index("## Answer")


def test_findings_name_their_data_set_if_there_are_several(frame, mixed_frame, read_page):
    tables = [make_table(*mixed_frame(), name="clean"), make_table(*frame, name="<leaky>")]
    comparison = compare_tables(tables, **SETTINGS)
    assert list(comparison.findings) == ["<leaky>"]
    page = read_page(render(comparison))
    (section,) = [one for one in page.all("section") if "findings" in one.classes]
    assert [one.text for one in section.children if one.tag == "h3"] == ["<leaky>"]
    assert r"- \<leaky\>: column" in render_markdown(comparison)


def test_without_findings_there_is_no_section(mixed_frame, read_page):
    comparison = compare(*mixed_frame(), **SETTINGS)
    assert comparison.findings == {}
    assert "findings" not in read_page(render(comparison)).ids
    assert "Check the data" not in render_markdown(comparison)
