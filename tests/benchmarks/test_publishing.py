"""A results file and a template make a page; a page from outside the package needs no more."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import benchmarks.__main__ as package
from benchmarks.publishing import (
    MeasuredTable,
    Page,
    build,
    fill_readme,
    page_command,
    read_results,
    results_of,
    write_results,
)

TEMPLATE = """\
# Toy

{% for name, value in values.items() %}
- {{ name }}: {{ value | short }}
{% endfor %}
"""


@pytest.fixture
def toy(tmp_path):
    def measure(task):
        values = {"a": 0.5, "b": 1e-5}
        return {"values": {n: v for n, v in values.items() if n in (task.names or values)}}

    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "toy.md.jinja").write_text(TEMPLATE, encoding="utf-8")
    return Page("toy", "A toy.", measure, dict, ["a", "b"], templates=tmp_path / "templates")


def run(page, *arguments):
    return CliRunner().invoke(page_command(page), [str(argument) for argument in arguments])


def test_a_page_needs_a_module_and_a_template(toy, tmp_path):
    assert run(toy, "-o", tmp_path / "out").exit_code == 0
    assert json.loads((tmp_path / "out" / "toy.json").read_text()) == {
        "values": {"a": 0.5, "b": 1e-5}
    }
    text = (tmp_path / "out" / "toy.md").read_text(encoding="utf-8")
    assert text == "# Toy\n\n- a: 0.5\n- b: 1.0e−05\n"


def test_a_page_is_made_again_without_measuring(toy, tmp_path):
    run(toy, "-o", tmp_path, "--dataset", "b")
    (tmp_path / "toy.md").unlink()
    assert run(toy, "-o", tmp_path, "--page").exit_code == 0
    assert "a:" not in (tmp_path / "toy.md").read_text(encoding="utf-8")


def test_wrong_use_is_refused_before_anything_is_measured(toy, tmp_path):
    assert run(toy, "--dataset", "c").exit_code == 2
    (tmp_path / "file").write_text("")
    assert run(toy, "-o", tmp_path / "file" / "folder").exit_code == 2


def test_failures_end_a_command_with_one(toy, tmp_path):
    write_results({"values": {}, "failures": ["one"]}, tmp_path / "toy")
    assert run(toy, "-o", tmp_path, "--page").exit_code == 1


def test_only_the_marked_part_of_the_readme_is_replaced(toy, tmp_path):
    (toy.templates / "toy.readme.md.jinja").write_text("new\n", encoding="utf-8")
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- toy -->\nold\n\n<!-- end of toy -->\nafter\n", encoding="utf-8")
    fill_readme(toy, {"values": {}}, readme)
    assert readme.read_text() == "before\n<!-- toy -->\nnew\n<!-- end of toy -->\nafter\n"


def test_a_missing_variable_is_an_error(toy, tmp_path):
    with pytest.raises(Exception, match="'values' is undefined"):
        build(toy, {}, tmp_path)


def test_results_are_read_as_they_were_written(tmp_path):
    figures = pd.DataFrame({"name": ["a", "b"], "value": [0.5, np.nan]})
    written = MeasuredTable(figures, {"list": [1, 2.5, None], "text": "a  [b]\n c"})
    write_results(written, tmp_path / "new" / "one")
    again = read_results(tmp_path / "new" / "one")
    assert again.info == written.info
    pd.testing.assert_frame_equal(again.figures, figures)


def test_every_command_of_the_package_has_its_name_and_its_help():
    names = {"claims", "list", "picture", "quality", "replicate", "report", "scale", "speed"}
    assert names <= set(package.main.commands)
    for name, command in package.main.commands.items():
        assert command.name == name
        assert CliRunner().invoke(package.main, [name, "--help"]).exit_code == 0


def test_a_page_without_measurements_shows_the_results_of_others(toy, tmp_path):
    write_results({"values": {"c": 3.0}}, tmp_path / "one")
    write_results({"values": {"d": 4.0}}, tmp_path / "two")

    def view(runs):
        return {"values": runs["one"]["values"] | runs["two"]["values"]}

    page = replace(toy, measure=None, view=view, sources=["one", "two"])
    (path,) = build(page, results_of(page, tmp_path), tmp_path)
    assert path.read_text(encoding="utf-8") == "# Toy\n\n- c: 3\n- d: 4\n"
    assert [option.name for option in page_command(page).params] == []
