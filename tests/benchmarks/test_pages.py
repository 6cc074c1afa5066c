"""The published pages are what the committed results give."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import benchmarks
from benchmarks.publishing import DOCS, RESULTS, ROOT, build, fill_readme, read_results, results_of


def published_pages():
    """Yield the pages of the package whose results are committed."""
    for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
        if module.name != "benchmarks.__main__":
            page = getattr(importlib.import_module(module.name), "PAGE", None)
            names = [] if page is None else page.sources or [page.name]
            if names and all((RESULTS / f"{name}.json").exists() for name in names):
                yield page


PAGES = {page.name: page for page in published_pages()}


@pytest.fixture(scope="module", params=PAGES)
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    page = PAGES[request.param]
    return folder, build(page, results_of(page), folder)


def test_a_page_is_what_its_results_give(built):
    folder, paths = built
    for path in paths:
        committed = DOCS / path.relative_to(folder)
        assert path.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8")


def test_every_table_is_rectangular_and_every_link_leads_somewhere(built):
    folder, paths = built
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (DOCS / path.relative_to(folder).parent / link).exists()


def test_figures_are_deterministic(built):
    folder, paths = built
    page = PAGES[paths[0].stem]
    figures = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.svg")}
    assert bool(figures) == (page.draw is not None)
    if page.draw is not None:
        page.draw(results_of(page), folder)
    for path, text in figures.items():
        assert path.read_text(encoding="utf-8") == text
        committed = (DOCS / path.name).read_text(encoding="utf-8")
        # Versions of matplotlib, which draws the other figures, differ in details.
        assert text == committed or page.name != "quality"
        assert "prefers-color-scheme: dark" in text


def test_the_table_of_the_readme_is_that_of_the_committed_run(tmp_path):
    readme = tmp_path / "README.md"
    committed = (ROOT / "README.md").read_text(encoding="utf-8")
    readme.write_text(committed, encoding="utf-8")
    fill_readme(PAGES["speed"], read_results(RESULTS / "speed"), readme)
    assert readme.read_text(encoding="utf-8") == committed


def test_every_committed_result_is_on_a_page():
    shown = {name for page in PAGES.values() for name in page.sources or [page.name]}
    assert {path.stem for path in RESULTS.glob("*.json")} == shown
    assert all((DOCS / page.section / f"{page.name}.md").exists() for page in PAGES.values())


def test_results_are_small_enough_to_commit():
    assert all(Path(path).stat().st_size < 1_000_000 for path in RESULTS.iterdir())
