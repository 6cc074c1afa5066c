"""Tables, methods, results and a reader of pages that the tests of the comparison share."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skfocal.comparison import METHODS, Comparison, Method, compare_tables, make_table
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions, empty_row
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS, resolve_metrics
from skfocal.comparison.scoring.threshold_rules import BEST_F1
from skfocal.comparison.settings import ComparisonSettings

VOID = {"meta", "line", "path", "circle", "rect", "col"}
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


class Element:
    """An element of a page with its attributes, its children and its text."""

    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children, self.text = [], ""

    def inside(self, tag):
        """Return whether it lies within an element of a kind."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))

    @property
    def classes(self):
        return self.attributes.get("class", "").split()


class Page(HTMLParser):
    """Read all elements and texts of a page, and check that the elements nest."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self.place = [], [], None
        self.feed(html)
        self.close()
        assert self.place is None

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self.place)
        self.elements.append(element)
        if self.place is not None:
            self.place.children.append(element)
        if tag not in VOID:
            self.place = element

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs), self.place))

    def handle_endtag(self, tag):
        assert self.place.tag == tag
        self.place = self.place.parent

    def handle_data(self, data):
        self.texts.append(data)
        if self.place is not None:
            self.place.text += data

    def all(self, tag):
        return [one for one in self.elements if one.tag == tag]

    @property
    def ids(self):
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]

    @property
    def text(self):
        return " ".join("".join(self.texts).split())


@pytest.fixture(scope="session")
def read_page():
    """Return a function of HTML for a page with `elements`, `ids` and `text`."""
    return Page


def _mixed_frame(n_samples=160, seed=0, share=0.2):
    """Numbers, a boolean and a category, some missing, and a target that depends on them."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) < share * n_samples)
    X = pd.DataFrame(
        {
            "length": rng.normal(size=n_samples) + y,
            "mass": rng.exponential(size=n_samples),
            "wet": rng.uniform(size=n_samples) < 0.5,
            "colour": rng.choice(["red", "green", "blue"], n_samples),
        }
    )
    X.loc[rng.uniform(size=n_samples) < 0.1, "mass"] = np.nan
    X.loc[rng.uniform(size=n_samples) < 0.1, "colour"] = None
    return X, np.where(y, "ill", "well")


@pytest.fixture(scope="session")
def mixed_frame():
    """Return a function of (n_samples, seed, share) for features and labels."""
    return _mixed_frame


@pytest.fixture
def mixed_table():
    return make_table(*_mixed_frame(), name="mixed")


@pytest.fixture
def numeric_table():
    X, y = _mixed_frame(seed=1)
    return make_table(X[["length", "mass"]].fillna(0), y, name="numeric")


@pytest.fixture(scope="session")
def failing_method():
    """A method that raises whatever the data."""
    return Method("unlucky", "It fails.", _Unlucky(), {"C": (1.0,)})


class _Unlucky(LogisticRegression):
    def fit(self, X, y):  # noqa: ARG002  # scikit-learn's signature
        raise RuntimeError("no <b>luck</b> today")


@pytest.fixture(scope="session")
def small_methods():
    """The baseline and the focal loss with a grid of two values each."""
    return [
        Method("logistic", "Plain.", LogisticRegression(), {"C": (0.1, 1.0)}),
        Method(
            "focal",
            "Focal.",
            METHODS["focal"].classifier,
            {"gamma": (0.0, 2.0), "alpha": (None, "balanced")},
            views=METHODS["focal"].views,
            shown_parameters={"gamma": "γ", "alpha": "α"},
        ),
    ]


@pytest.fixture(scope="session")
def evil_comparisons(mixed_frame):
    """One comparison over several tables and one on a single table, all with evil names."""
    evil = "<script>alert(1)</script>"
    X, y = mixed_frame(n_samples=120)
    X = X.rename(columns={"length": evil, "colour": "</svg>"})
    y = np.where(y == "ill", evil, "fine & well")
    tables = [make_table(X, y, name=f"{evil} {number}") for number in (1, 2)]
    settings = {"methods": ["class_weight", METHODS["focal"]], "cv": 2, "repeats": 1}
    return {
        "several": compare_tables(tables, **settings),
        "single": compare_tables(tables[:1], **settings),
    }


@pytest.fixture(scope="session")
def made_up():
    """Return a function of (n_data_sets, n_methods, cv, repeats) for a comparison of any size.

    Its scores were drawn, not measured.
    """
    return _made_up


def _made_up(n_data_sets=5, n_methods=3, cv=2, repeats=2, n_test=200):
    rng = np.random.default_rng(0)
    grid = {"C": (0.01, 0.3, 10.0), "gamma": (0.0, 2.0)}
    names = ["logistic", *(f"method number {number}" for number in range(1, n_methods))]
    methods = [Method(name, f"It is {name}.", LogisticRegression(), grid) for name in names]
    results = []
    for data_set in range(n_data_sets):
        n_classes = 2 if data_set < 0.8 * n_data_sets else 4
        hard = rng.uniform(0.1, 0.9)
        for name in names:
            for repeat in range(repeats):
                for fold in range(cv):
                    cell = (f"data set {data_set}", name, repeat, fold, n_classes)
                    results.append(_drawn_cell(rng, cell, hard, n_test))
    metrics = resolve_metrics(None, BEST_F1)
    names = tuple(metric.name for metric in metrics)
    settings = ComparisonSettings(cv, repeats, 3, 0, "logistic", names, "tune:f1")
    data_sets = _drawn_data_sets(n_data_sets, cv * n_test)
    return Comparison(
        results,
        data_sets=data_sets,
        methods=methods,
        metrics=metrics,
        settings=settings,
        origin=ORIGIN,
    )


def _drawn_data_sets(number, n_rows):
    return pd.DataFrame(
        {
            "data_set": [f"data set {each}" for each in range(number)],
            "n_rows": n_rows,
            "n_numeric": 30,
            "n_categorical": 5,
            "numeric": [[f"column {each}" for each in range(30)]] * number,
            "categorical": [[f"kind {each}" for each in range(5)]] * number,
            "dropped": [[]] * number,
            "findings": [[]] * number,
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


def _drawn_cell(rng, cell, hard, n_test):
    row = empty_row(*cell)
    measured = [name for name, metric in METRICS.items() if metric.applies_to(cell[4])]
    row |= dict.fromkeys(measured, 0.0) | dict.fromkeys(DESCRIPTIONS, 0.5)
    row |= {name: hard + rng.normal(scale=0.03) for name in measured}
    row |= {"n_train": 4 * n_test, "n_test": n_test, "prevalence": 0.05}
    row |= {"fit_seconds": rng.uniform(0.1, 0.2), "tuning_seconds": 1.0, "predict_seconds": 0.001}
    row |= {"params": '{"C": 0.3, "gamma": 0.0}', "threshold": rng.uniform()}
    row |= {"class_recalls": '{"well": 0.9, "ill": 0.1}'}
    row |= {"tuning_profiles": '{"C": [0.5, 0.7, 0.6], "gamma": [0.7, 0.6]}'}
    probability = rng.beta(1, 6, n_test)
    event = rng.uniform(size=n_test) < probability
    event[:2] = True
    return CellResult([row], [EventPredictions(*cell[:2], event, probability)])
