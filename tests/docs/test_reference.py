"""The reference describes every public name, with a runnable example and one style of citation."""

import inspect
import re
from collections import defaultdict

import pytest

from docs._ext import bibliography, reference
from skfocal.cli import main

OBJECTS = dict(reference.public_objects())
# An error is raised, not used.
ERRORS = {
    name for name, one in OBJECTS.items() if isinstance(one, type) and issubclass(one, Exception)
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    reference.write(folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.rst")}


def test_every_public_module_is_listed():
    assert sorted(reference.public_modules()) == sorted(reference.MODULES)


@pytest.mark.parametrize("module", reference.MODULES)
def test_every_public_name_is_on_the_page_of_its_module(module, pages):
    names = reference.canonical_names()
    for name in (one for part in reference.sections(module).values() for one in part):
        described = names[f"{module}.{name}"]
        entry = name if described == f"{module}.{name}" else f"~{described}"
        assert re.search(
            rf"^(?:   |\.\. py:data:: ){re.escape(entry)}$", pages[module], re.MULTILINE
        )


def test_a_name_that_is_in_no_section_is_an_error(monkeypatch):
    monkeypatch.setitem(reference.MODULES, "skfocal", {"Estimators": ("FocalLoss",)})
    with pytest.raises(ValueError, match="the sections of skfocal differ from __all__"):
        reference.sections("skfocal")


def test_every_command_is_on_the_page_of_the_command_line(pages):
    page = pages["commands"]
    assert [name for name in main.commands if f"\nskfocal {name}\n---" not in page] == []


@pytest.mark.parametrize("name", sorted(OBJECTS.keys() - ERRORS))
def test_every_public_object_has_a_runnable_example(name):
    assert ">>> " in inspect.getdoc(OBJECTS[name])


def test_a_work_is_cited_in_the_same_words_everywhere():
    words = defaultdict(set)
    for _, text in bibliography.citations():
        words[bibliography.key(text)].add(text)
    assert len(words) > 5
    assert [found for found in words.values() if len(found) > 1] == []


def test_references_have_an_identifier_and_one_style():
    without = "C. Elkan"  # these proceedings have none
    for name, text in bibliography.citations():
        assert "doi:" not in text, name
        assert "https://doi.org/10." in text or "ISBN" in text or text.startswith(without), name
