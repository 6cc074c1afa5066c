"""Pages in Markdown: their links lead somewhere, on a code host and in the site."""

import re
from pathlib import Path

import pytest

from docs._ext import check, layers, navigation

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def anchors(page):
    """Return the names of the headings, as code hosts make them."""
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_files_and_headings(name):
    page = ROOT / name
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


# A code host shows docs/README.md in place of the first page.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "docs/index.md"])
def test_pages_are_plain_markdown(name):
    assert "```{" not in (ROOT / name).read_text(encoding="utf-8")


def test_every_page_is_in_one_section():
    tree = navigation.contents(DOCS)
    listed = [name for pages in tree.values() for name in pages]
    known = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert len(listed) == len(set(listed))
    assert known - set(listed) - {"index", "README"} == set(navigation.SECTIONS) & known
    assert "quality" in tree["evidence"]
    assert "develop/contributing" in tree["develop/index"]


def test_links_are_moved_with_the_text():
    text = "[a](docs/quality.md) [b](LICENSE) [c](CHANGELOG.md#added) [d](https://x.org) [e](#f)"
    moved = navigation.move_links(text, ROOT, DOCS / "develop" / "page.md", DOCS)
    assert moved == (
        f"[a](../quality.md) [b]({navigation.REPOSITORY}/LICENSE) [c](changelog.md#added)"
        " [d](https://x.org) [e](#f)"
    )


def test_the_picture_of_the_layers_is_that_of_the_contract():
    assert layers.PICTURE.read_text(encoding="utf-8") == layers.draw()
    assert {name for row in layers.layers() for name in row} == set(layers.PURPOSES)


def test_the_citation_is_that_of_the_metadata():
    metadata = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    page = (DOCS / "develop" / "cite.md").read_text(encoding="utf-8")
    fields = dict(re.findall(r'^([\w-]+): "?(.+?)"?$', metadata, flags=re.MULTILINE))
    bibtex = dict(re.findall(r"^  (\w+) = \{(.+)\},?$", page, flags=re.MULTILINE))
    assert bibtex["title"] == fields["title"]
    assert bibtex["version"] == fields["version"]
    assert bibtex["year"] == fields["date-released"][:4]
    assert bibtex["url"] == fields["repository-code"]


@pytest.fixture
def site(tmp_path):
    (tmp_path / "other.html").write_text('<h1 id="title">A</h1>')

    def check_page(text):
        (tmp_path / "page.html").write_text(text)
        return list(check.Site(tmp_path).problems())

    return check_page


@pytest.mark.parametrize(
    "text",
    [
        '<a href="other.html#title">',
        '<a href="#here"></a><p id="here">',
        '<a href="https://example.org"></a>',
        '<link rel="canonical" href="https://example.org">',
        '<img src="data:image/png;base64,AA">',
    ],
)
def test_a_sound_page_has_no_problems(site, text):
    assert site(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('<a href="missing.html">', "missing.html leads nowhere"),
        ('<a href="other.html#body">', "other.html#body leads nowhere"),
        ('<img src="missing.png">', "missing.png leads nowhere"),
        ('<script src="https://x.org/a.js">', "https://x.org/a.js is loaded from a network"),
        ('<link rel="stylesheet" href="//x.org/a.css">', "//x.org/a.css is loaded from a network"),
    ],
)
def test_broken_links_and_files_from_a_network_are_reported(site, text, problem):
    assert site(text) == [f"page.html: {problem}"]
