"""The widgets in an executed notebook, and their view in Chromium."""

import json
import subprocess
import sys

import pytest
from sklearn.datasets import load_breast_cancer

import skfocal

pytestmark = pytest.mark.browser

NAMES = {"_element", "_shared"}
VIEW = "application/vnd.jupyter.widget-view+json"
CELLS = [
    "import skfocal\nwidget = skfocal.explore(gamma=1.0)\nwidget",
    "widget.gamma = 3.5\nwidget.alpha = 0.25\nprint(widget.gamma, widget.alpha)",
    "from sklearn.datasets import load_breast_cancer",
    "table = skfocal.explore(*load_breast_cancer(return_X_y=True, as_frame=True))\ntable",
    "table.gamma = 0.5\nprint(table.fit['log_loss']['recovered'])",
]
EXECUTE = """
import sys, nbclient, nbformat
book = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(book, timeout=120).execute()
nbformat.write(book, sys.argv[1])
"""
# What a notebook gives to a widget: a model whose changes go to Python and back.
MODEL = """
import widget from "/widget.js";
const listeners = new Map();
const state = JSON.parse(await window.readState());
window.model = {
  get: name => state[name],
  set: (name, value) => { state[name] = value; window.model.changed.add(name); },
  changed: new Set(),
  pending: 0,
  save_changes: async () => {
    const changes = Object.fromEntries([...window.model.changed].map(name => [name, state[name]]));
    window.model.changed.clear();
    window.model.pending += 1;
    window.model.receive(JSON.parse(await window.writeState(JSON.stringify(changes))));
    window.model.pending -= 1;
  },
  on: (event, callback) => listeners.set(event, callback),
  off: (event) => listeners.delete(event),
  receive: (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      if (JSON.stringify(state[name]) !== JSON.stringify(value)) {
        state[name] = value;
        listeners.get(`change:${name}`)?.();
      }
    }
  },
};
window.remove = widget.render({ model: window.model, el: document.querySelector("main") });
window.listeners = listeners;
"""


def open_widget(visits, widget, style=""):
    """Show a widget in a page whose model is connected to the Python object."""

    def state_of(*_):
        names = [name for name in widget.keys if not name.startswith("_") or name in NAMES]
        return json.dumps(widget.get_state(names))

    def write(changes):
        widget.set_state(json.loads(changes))
        return state_of()

    html = (
        f'<!doctype html><html lang="en"><head><title>Notebook</title><style>{style}</style>'
        "</head><body><main><h1>Notebook</h1></main>"
        '<script type="module" src="/model.js"></script></body></html>'
    )
    scripts = {"model.js": MODEL, "widget.js": widget._esm}  # noqa: SLF001 - anywidget's name
    page = visits.serve(html, scripts, {"readState": state_of, "writeState": write})
    page.locator("main > :not(h1)").wait_for()
    return page


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Execute a notebook, in a process because the browser has an event loop in this one."""
    nbformat = pytest.importorskip("nbformat")
    path = tmp_path_factory.mktemp("notebook") / "explorer.ipynb"
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    subprocess.run([sys.executable, "-c", EXECUTE, path], check=True)  # noqa: S603 - our own code
    return nbformat.read(path, 4)


def test_notebook_shows_the_widgets_and_python_sets_them(notebook):
    shown, printed, _, table_shown, loss = (cell.outputs[:1] for cell in notebook.cells)
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    explorer, table = (
        states[output[0].data[VIEW]["model_id"]]["state"] for output in (shown, table_shown)
    )
    assert printed[0].text == "3.5 0.25\n"
    assert (explorer["gamma"], explorer["alpha"]) == (3.5, 0.25)
    assert "focal-explorer" in explorer["_esm"] == table["_esm"]
    assert float(loss[0].text) == table["fit"]["log_loss"]["recovered"]
    expected = skfocal.explore(*load_breast_cancer(return_X_y=True, as_frame=True), gamma=0.5)
    assert table["fit"] == json.loads(json.dumps(expected.fit))


def test_widget_and_python_follow_each_other(visits, set_slider):
    widget = skfocal.explore(gamma=1.0)
    page = open_widget(visits, widget)
    slider = page.locator("focal-loss-viz").get_by_label("γ, focusing")
    assert slider.input_value() == "1"
    set_slider(slider, 3.5)
    page.locator("focal-recovery").get_by_label("Class weights").check()
    page.wait_for_function("() => window.model.pending === 0")
    assert (widget.gamma, widget.alpha) == (3.5, 0.5)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("() => window.model.pending === 0")
    assert (widget.gamma, widget.alpha) == (2.0, None)
    widget.gamma, widget.alpha = 0.5, None
    page.evaluate("changes => window.model.receive(changes)", {"gamma": 0.5, "alpha": None})
    assert slider.input_value() == "0.5"
    assert not page.locator("focal-live-fit").get_by_label("Class weights").is_checked()
    page.evaluate("window.remove()")
    assert page.evaluate("window.listeners.size") == 0


def test_slider_refits_the_table_in_python(visits, set_slider, agrees):
    widget = skfocal.explore(*load_breast_cancer(return_X_y=True, as_frame=True))
    page = open_widget(visits, widget)
    view = page.locator("focal-table-fit")
    set_slider(view.get_by_label("C, inverse"), -1)
    set_slider(view.get_by_label("γ, focusing"), 4)
    view.get_by_label("Class weights").check()
    page.wait_for_function("() => window.model.pending === 0")
    assert (widget.gamma, widget.alpha, widget.C) == (4.0, 0.5, 0.1)
    scores, coefficients = (
        one.evaluate(
            "t => Object.fromEntries([...t.tBodies[0].rows]"
            ".map(row => [...row.cells].map(c => c.textContent)))"
        )
        for one in view.locator("table:not(details table)").all()
    )
    fit = widget.fit
    agrees(scores["log loss, raw"], fit["log_loss"]["raw"])
    agrees(scores["log loss, recovered"], fit["log_loss"]["recovered"])
    agrees(scores["average precision"], fit["average_precision"])
    expected = {**dict(fit["coefficients"]), "intercept": fit["intercept"]}
    assert set(coefficients) == set(expected)
    for name, text in coefficients.items():
        agrees(text, expected[name])
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == []


@pytest.mark.parametrize(
    ("colour", "scheme"),
    [
        ("#eee", "dark"),
        ("#222", "light"),
        ("oklch(0.95 0 0)", "dark"),
        ("color(display-p3 0.9 0.9 0.9)", "dark"),
        ("color(display-p3 0.1 0.1 0.1)", "light"),
    ],
)
def test_widget_follows_the_theme_of_the_notebook(visits, colour, scheme):
    page = open_widget(visits, skfocal.explore(), f"body {{ color: {colour}; }}")
    page.evaluate("() => new Promise(requestAnimationFrame)")  # the theme is known once it is shown
    found = page.evaluate("document.querySelector('focal-explorer').style.colorScheme")
    assert found == scheme
