"""The order of the pages, and links between them, taken from plain Markdown.

Pages have no directives for this, so that they render on a code host as well. A section lists the
pages that its first page links to, in this order. A page belongs to the first section that links
to it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docs._ext import reference

if TYPE_CHECKING:  # the tests read the pages without Sphinx
    from sphinx.application import Sphinx

SECTIONS = ("start/index", "guide/index", "gallery/index", "reference/index", "evidence")
SECTIONS += ("develop/index",)
REPOSITORY = "https://github.com/skfocal/skfocal/blob/main"
COPIES = {"develop/changelog": "CHANGELOG.md", "develop/contributing": "CONTRIBUTING.md"}
"""Pages that show a file outside the documentation."""
LINK = re.compile(r"(?<=\]\()([^)#:\s]+)(?=[)#])")


def has_gallery(docs: Path) -> bool:
    """Return whether there are examples."""
    return any((docs / "examples").glob("plot_*.py"))


def linked_pages(page: Path, docs: Path) -> list[str]:
    """Return the pages that a page links to, as names without suffix."""
    text = page.read_text(encoding="utf-8")
    found = [(page.parent / link).resolve() for link in LINK.findall(text) if link.endswith(".md")]
    names = [
        path.relative_to(docs).with_suffix("").as_posix() for path in found if docs in path.parents
    ]
    return list(dict.fromkeys(names))


def contents(docs: Path) -> dict[str, list[str]]:
    """Return the pages of each section."""
    taken = {"index", *SECTIONS}
    tree: dict[str, list[str]] = {}
    for section in SECTIONS:
        page = docs / f"{section}.md"
        names = linked_pages(page, docs) if page.exists() else []
        if page.parent != docs:
            others = sorted(page.parent.glob("*.md"))
            names += [path.relative_to(docs).with_suffix("").as_posix() for path in others]
        tree[section] = [name for name in dict.fromkeys(names) if name not in taken]
        taken |= set(tree[section])
    return tree


def move_links(text: str, folder: Path, page: Path, docs: Path) -> str:
    """Rewrite links that are relative to a folder for a page of the documentation.

    A link to a script leads to its page of the gallery, and a link to a file outside the
    documentation to its copy, or to the repository.
    """
    copies = {(docs.parent / path).resolve(): docs / f"{name}.md" for name, path in COPIES.items()}

    def moved(match: re.Match[str]) -> str:
        target = (folder / match[1]).resolve()
        target = copies.get(target, target)
        if target.parent == docs / "examples" and target.suffix == ".py":
            target = docs / "gallery" / f"{target.stem}.rst"
        if docs in target.parents:
            return Path(os.path.relpath(target, page.parent)).as_posix()
        outside = docs.parent in target.parents and target.exists()
        return f"{REPOSITORY}/{target.relative_to(docs.parent).as_posix()}" if outside else match[1]

    return LINK.sub(moved, text)


def read_source(app: Sphinx, name: str, source: list[str]) -> None:
    """Complete the text of a page: copied files, links, and the list of a section's pages."""
    docs = Path(app.srcdir)
    page = docs / f"{name}.md"
    if not page.exists():
        return
    folder = page.parent
    if name in COPIES:
        original = docs.parent / COPIES[name]
        app.env.note_dependency(str(original))
        source[0], folder = original.read_text(encoding="utf-8"), original.parent
    source[0] = move_links(source[0], folder, page, docs)
    pages: list[str] = app.config.skfocal_contents.get(name, [])
    if name == "index":
        gallery = has_gallery(docs)
        pages = [section for section in SECTIONS if gallery or section != "gallery/index"]
    if name == "reference/index":
        pages = [*app.config.skfocal_reference, *pages]
    if pages:
        lines = "\n".join(f"/{each}" for each in pages)
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{lines}\n```\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    modules = [f"reference/{module}" for module in reference.MODULES]
    pages = [*modules, "reference/commands", "reference/bibliography"]
    # As configuration, so that a change is noticed by a build that starts from an earlier one.
    app.add_config_value("skfocal_contents", contents(Path(app.srcdir)), "env", dict)
    app.add_config_value("skfocal_reference", pages, "env", list)
    app.connect("source-read", read_source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
