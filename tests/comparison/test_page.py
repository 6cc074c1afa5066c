"""The report for every reader: by screen reader or keyboard, in the dark, on paper, at any size."""

import colorsys
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import skfocal.comparison
from skfocal.comparison import Comparison, Method, compare_tables, make_table
from skfocal.comparison.comparison import Settings
from skfocal.comparison.report.rendering import render
from skfocal.comparison.run.cell import CellResult, Predictions, empty_row
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS, resolve_metrics
from skfocal.comparison.scoring.thresholds import BEST_F1

CSS = Path(skfocal.comparison.__file__).parent / "report" / "templates" / "report.css"
VOID = {"meta", "line", "path", "circle", "rect", "col"}
N_DATA_SETS, N_METHODS, CV, REPEATS = 39, 15, 5, 5


class Element:
    """An element with its attributes, its children and its text."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children, self.text = [], ""

    def inside(self, tag):
        """Return whether it lies within an element of a kind."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


class Reader(HTMLParser):
    """Read all elements of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.place = [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self.place)
        self.elements.append(element)
        if self.place is not None:
            self.place.children.append(element)
        if tag not in VOID:
            self.place = element

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), self.place))

    def handle_endtag(self, tag):  # noqa: ARG002  # HTMLParser's signature
        self.place = self.place.parent

    def handle_data(self, data):
        if self.place is not None:
            self.place.text += data

    def all(self, tag):
        return [one for one in self.elements if one.tag == tag]


ORIGIN = {
    "created": "now",
    "command": "skfocal compare made-up.csv --target y",
    "versions": {"skfocal": "0"},
    "platform": "here",
    "processor": "one",
    "memory_gigabytes": 8.0,
    "cores": 2,
    "blas": ["some"],
}


def made_up(n_data_sets=N_DATA_SETS, n_methods=N_METHODS, cv=CV, repeats=REPEATS, n_test=200):
    """A comparison of any size, of scores that nobody measured."""
    rng = np.random.default_rng(0)
    grid = {"C": (0.01, 0.3, 10.0), "gamma": (0.0, 2.0)}
    names = ["logistic", *(f"remedy number {number}" for number in range(1, n_methods))]
    methods = [Method(name, f"It is {name}.", LogisticRegression(), grid) for name in names]
    results = []
    for data_set in range(n_data_sets):
        n_classes = 2 if data_set < 0.8 * n_data_sets else 4
        hard = rng.uniform(0.1, 0.9)
        for name in names:
            for repeat in range(repeats):
                for fold in range(cv):
                    cell = (f"data set {data_set}", name, repeat, fold, n_classes)
                    results.append(_cell(rng, cell, hard, n_test))
    metrics = resolve_metrics(None, BEST_F1)
    settings = Settings(cv, repeats, 3, 0, "logistic", metrics, "tune:f1")
    data_sets = _data_sets(n_data_sets, cv * n_test)
    return Comparison(results, data_sets, methods, settings, ORIGIN)


def _data_sets(number, n_rows):
    return pd.DataFrame(
        {
            "data_set": [f"data set {each}" for each in range(number)],
            "n_rows": n_rows,
            "n_numeric": 30,
            "n_categorical": 5,
            "numeric": [[f"column {each}" for each in range(30)]] * number,
            "categorical": [[f"kind {each}" for each in range(5)]] * number,
            "n_classes": [2 if each < 0.8 * number else 4 for each in range(number)],
            "class_of_interest": "ill",
            "n_rarest": 40,
            "prevalence": 0.05,
            "missing_share": 0.01,
            "duplicate_rows": 3,
            "data_hash": "0" * 32,
            "split_hash": "f" * 32,
        }
    )


def _cell(rng, cell, hard, n_test):
    row = empty_row(*cell)
    suited = [key for key, metric in METRICS.items() if metric.suits(cell[4])]
    row |= dict.fromkeys(suited, 0.0) | dict.fromkeys(DESCRIPTIONS, 0.5)
    row |= {key: hard + rng.normal(scale=0.03) for key in suited}
    row |= {"n_train": 4 * n_test, "n_test": n_test, "prevalence": 0.05}
    row |= {"fit_seconds": rng.uniform(0.1, 0.2), "tuning_seconds": 1.0, "predict_seconds": 0.001}
    row |= {"params": '{"C": 0.3, "gamma": 0.0}', "threshold": rng.uniform()}
    row |= {"class_recalls": '{"well": 0.9, "ill": 0.1}'}
    row |= {"tuning_profiles": '{"C": [0.5, 0.7, 0.6], "gamma": [0.7, 0.6]}'}
    probability = rng.beta(1, 6, n_test)
    event = rng.uniform(size=n_test) < probability
    event[:2] = True
    return CellResult([row], [Predictions(*cell[:2], event, probability)])


@pytest.fixture(scope="module")
def small():
    return Reader(render(made_up(n_data_sets=5, n_methods=3, cv=2, repeats=2)))


@pytest.fixture(scope="module")
def lone(mixed_frame):
    table = make_table(*mixed_frame(), name="alone")
    return Reader(render(compare_tables([table], methods=["focal"], cv=2, repeats=1)))


@pytest.fixture(params=["small", "lone"])
def page(request):
    return request.getfixturevalue(request.param)


@pytest.mark.slow
def test_the_report_of_a_whole_suite_is_below_three_megabytes():
    html = render(made_up())
    assert len(html.encode()) < 3e6
    assert html.count("<svg") > 4 * N_METHODS


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
    regions = [one for one in page.elements if "scroll" in one.attributes.get("class", "").split()]
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
