"""Check the links inside a built site, and that no page loads anything from a network.

Run as ``python docs/_ext/check.py FOLDER``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src"}
"""What a browser loads with a page. Other addresses are followed only by the reader."""
NOT_LOADED = {"canonical", "next", "prev", "index", "search", "author"}
"""Relations of a link element that name another page."""


class Page(HTMLParser):
    """The identifiers and links of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.targets = {""}
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what an element names, links and loads."""
        values = {name: value or "" for name, value in attrs}
        self.targets |= {values[name] for name in ("id", "name") if name in values}
        address = values.get(LOADED.get(tag, ""), "")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif address and values.get("rel") not in NOT_LOADED:
            self.loaded.append(address)


class Site:
    """The pages of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @cached_property
    def pages(self) -> dict[Path, Page]:
        """The pages that Sphinx wrote, by their path."""
        found = (path for path in self.folder.rglob("*.html") if "_static" not in path.parts)
        return {path: Page(path) for path in sorted(found)}

    def problems(self) -> Iterator[str]:
        """Yield a line for each link that leads nowhere, and for each file from a network."""
        for page in self.pages.values():
            name = page.path.relative_to(self.folder)
            for link in dict.fromkeys([*page.links, *page.loaded]):
                if not self.is_found(page, link):
                    yield f"{name}: {link} leads nowhere"
            for link in dict.fromkeys(page.loaded):
                if urlsplit(link).netloc:
                    yield f"{name}: {link} is loaded from a network"

    def is_found(self, page: Page, link: str) -> bool:
        """Return whether a link leads outside the site, or to an existing file and place."""
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return True
        path = page.path
        if parts.path:
            path = (path.parent / unquote(parts.path)).resolve()
        if not path.is_file():
            return False
        return path not in self.pages or unquote(parts.fragment) in self.pages[path].targets


def main(folder: str) -> int:
    """Print the problems of a site; return 1 if there are any."""
    site = Site(Path(folder))
    if not site.pages:
        sys.stderr.write(f"{folder} has no pages\n")
        return 1
    found = list(site.problems())
    sys.stderr.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"{len(site.pages)} pages, {len(found)} problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
