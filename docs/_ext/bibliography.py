"""The bibliography: the works that docstrings and pages cite, each with where it is cited."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs._ext import reference

IN_DOCSTRING = re.compile(r"^\.\. \[\w+\] (.+(?:\n +\S.*)*)", re.MULTILINE)
LIST = re.compile(r"^## References\n+((?:[-* ].*\n?)+)", re.MULTILINE)
ITEM = re.compile(r"^[-*] (.+(?:\n  +\S.*)*)", re.MULTILINE)
DOI = re.compile(r"(?:https://doi\.org/|doi:)(10\.[^\s\]]+?)[.,;)]*(?=\s|$|\])")


@dataclass
class Work:
    """A cited work. `places` holds links to what cites it."""

    text: str
    places: list[str] = field(default_factory=list)


def citations() -> Iterator[tuple[str, str]]:
    """Yield the name of a public object, or of its method, and the text of each reference."""
    for name, value in reference.public_objects():
        for full_name, described in [(name, value), *_methods(name, value)]:
            for text in IN_DOCSTRING.findall(inspect.getdoc(described) or ""):
                yield full_name, " ".join(text.split())


def _methods(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if inspect.isclass(value):
        for method, described in vars(value).items():
            if not method.startswith("_") and inspect.isfunction(described):
                yield f"{name}.{method}", described


def key(text: str) -> str:
    """Return the DOI of a reference, or its text if it has none."""
    found = DOI.search(text)
    return found[1].lower() if found else text


def works(docs: Path) -> dict[str, Work]:
    """Return the cited works by their keys."""
    found: dict[str, Work] = {}
    for name, text in citations():
        work = found.setdefault(key(text), Work(text))
        work.places.append(f":py:obj:`{name.removeprefix('skfocal.')} <{name}>`")
    for page in sorted(docs.rglob("*.md")):
        place = page.relative_to(docs).with_suffix("").as_posix()
        source = page.read_text(encoding="utf-8")
        listed = {key(each): each for part in LIST.findall(source) for each in ITEM.findall(part)}
        for one in {*listed, *(doi.lower() for doi in DOI.findall(source))}:
            if one in listed:
                found.setdefault(one, Work(" ".join(listed[one].split())))
            if one in found:
                found[one].places.append(f":doc:`/{place}`")
    return found


def surname(text: str) -> str:
    """Return what follows the initials of the first author."""
    return re.sub(r"^(?:\w\.[- ]?)+", "", text).casefold()


def write(docs: Path) -> None:
    """Write the page."""
    lines = ["Bibliography", "============", ""]
    for work in sorted(works(docs).values(), key=lambda one: surname(one.text)):
        text = DOI.sub(r"https://doi.org/\1", work.text).replace("*", r"\*")
        lines.append(f"- \\{text} Cited by {', '.join(dict.fromkeys(work.places))}.")
    reference.write_changed(docs / "reference" / "bibliography.rst", "\n".join(lines) + "\n")
