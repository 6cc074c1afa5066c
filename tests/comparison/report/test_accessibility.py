"""The report for every reader: by screen reader or keyboard, in the dark, on paper, at any size."""

import colorsys
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import skfocal.comparison
from skfocal.comparison import compare_tables, make_table
from skfocal.comparison.report.rendering import render

CSS = Path(skfocal.comparison.__file__).parent / "report" / "templates" / "report.css"


@pytest.fixture(scope="module")
def small(made_up, read_page):
    return read_page(render(made_up()))


@pytest.fixture(scope="module")
def lone(mixed_frame, read_page):
    table = make_table(*mixed_frame(), name="alone")
    return read_page(render(compare_tables([table], methods=["focal"], cv=2, repeats=1)))


@pytest.fixture(params=["small", "lone"])
def page(request):
    return request.getfixturevalue(request.param)


@pytest.mark.slow
def test_the_report_of_a_whole_suite_is_below_three_megabytes(made_up):
    html = render(made_up(n_data_sets=39, n_methods=15, cv=5, repeats=5))
    assert len(html.encode()) < 3e6
    assert html.count("<svg") > 4 * 15


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(one.tag[1]) for one in page.elements if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_every_drawing_has_a_role_a_title_and_a_description(page):
    drawings = page.all("svg")
    assert len(drawings) > 10
    texts = {one.attributes["id"]: one.text for one in page.elements if "id" in one.attributes}
    titles = [texts[one.attributes["aria-labelledby"]] for one in drawings]
    descriptions = [texts[one.attributes["aria-describedby"]] for one in drawings]
    assert all(one.attributes["role"] == "img" for one in drawings)
    assert all(title.strip() for title in titles)
    assert len(set(titles)) == len(titles)
    assert all(len(description) > 20 for description in descriptions)
    assert [one.children[0].tag for one in drawings] == ["title"] * len(drawings)


def test_table_headers_say_what_they_head(page):
    assert {one.attributes.get("scope") for one in page.all("th")} <= {"col", "row", "colgroup"}
    assert len(page.all("table")) > 5
    for table in page.all("table"):
        parts = {one.tag: one for one in table.children}
        assert parts["thead"].children[-1].children[0].tag == "th"
        assert len(parts["tbody"].children) > 0
        assert all(row.children[0].tag == "th" for row in parts["tbody"].children)


def test_the_keyboard_reaches_all_that_scrolls(page):
    regions = [one for one in page.elements if "scroll" in one.classes]
    assert len(regions) >= 5
    for one in regions:
        assert one.attributes["tabindex"] == "0"
        assert one.attributes["role"] == "region"
        assert one.attributes["aria-label"].strip()
    assert all(table.inside("div") for table in page.all("table"))
    labels = [one.attributes["aria-label"] for one in regions]
    assert len(set(labels)) == len(labels)
    assert all(one.parent.tag == "details" for one in page.all("summary"))


def test_the_language_and_the_parts_of_the_page_are_named(page):
    assert page.all("html")[0].attributes["lang"] == "en"
    assert [one.text.strip() != "" for one in page.all("title")[:1]] == [True]
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("nav")) == 1
    assert all("aria-labelledby" in one.attributes for one in page.all("section"))
    links = {one.attributes["href"] for one in page.all("a")}
    assert links <= {f"#{one.attributes['id']}" for one in page.elements if "id" in one.attributes}
    assert all("aria-label" in one.attributes for one in page.all("meter"))


def palettes():
    """Return the colours by name, for light, for dark and for paper."""
    blocks = re.findall(r":root \{([^}]*)\}", CSS.read_text(encoding="utf-8"))
    found = [dict(re.findall(r"--(\w+): #([0-9a-f]{3,6});", block)) for block in blocks]
    assert len(found) == 3
    return found


def luminance(colour):
    """Relative luminance of sRGB, as the Web Content Accessibility Guidelines define it."""
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = np.array([int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_texts_and_lines_stand_out_from_the_paper(index):
    colours = palettes()[index]
    for name in ("ink", "muted", "better", "worse"):
        assert contrast(colours[name], colours["paper"]) >= 4.5
        assert contrast(colours[name], colours["tint"]) >= 4.5
    assert contrast(colours["unclear"], colours["paper"]) >= 3


@pytest.mark.parametrize("index", [0, 1, 2])
def test_better_and_worse_differ_in_more_than_red_and_green(index):
    colours = palettes()[index]
    hues = [
        colorsys.rgb_to_hsv(*(int(colours[name][at : at + 2], 16) / 255 for at in (0, 2, 4)))[0]
        for name in ("better", "worse")
    ]
    assert 0.5 < hues[0] < 0.7  # blue
    assert 0 < hues[1] < 0.15  # orange


def test_known_contrasts_are_found():
    assert contrast("000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "fff") == pytest.approx(4.48, abs=0.01)
