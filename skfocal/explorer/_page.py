"""The explorer as one HTML file, and its first view as one JavaScript file."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from skfocal.explorer._bundle import bundle, static_text

__all__ = ["write_element", "write_page"]


def write_page(path: str | os.PathLike[str]) -> Path:
    """Write the explorer as one HTML file that needs no network.

    Parameters
    ----------
    path : str or path-like
        Path of the file.

    Returns
    -------
    path : Path
        Path of the file.

    See Also
    --------
    skfocal.explore : The explorer in a notebook.

    Examples
    --------
    >>> from skfocal.explorer import write_page
    >>> write_page("explorer.html")  # doctest: +SKIP
    PosixPath('explorer.html')
    """
    style, script = static_text("page.css"), bundle("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; "
        f"script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    page = static_text("page.html")
    for mark, text in (("policy", policy), ("style", style), ("script", script)):
        page = page.replace(f"@{mark}@", text)
    return _write(path, page)


def write_element(path: str | os.PathLike[str]) -> Path:
    """Write the custom element ``<focal-loss-viz>`` as one JavaScript module for other pages.

    A page loads it with ``<script type="module" src="focal-loss-viz.js"></script>``.

    Parameters
    ----------
    path : str or path-like
        Path of the file.

    Returns
    -------
    path : Path
        Path of the file.

    Examples
    --------
    >>> from skfocal.explorer import write_element
    >>> write_element("focal-loss-viz.js")  # doctest: +SKIP
    PosixPath('focal-loss-viz.js')
    """
    return _write(path, bundle("focal-loss-viz.js"))


def _hash(text: str) -> str:
    """Return the hash by which a content-security policy allows an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _write(path: str | os.PathLike[str], text: str) -> Path:
    path = Path(path)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
