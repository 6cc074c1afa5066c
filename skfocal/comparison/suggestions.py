"""Suggestions for misspelt names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["suggest_names"]

MAX_SUGGESTIONS, MAX_LISTED = 4, 10


def suggest_names(wanted: str, known: Iterable[str], otherwise: str) -> str:
    """Suggest the known names that are most similar to an unknown one.

    Parameters
    ----------
    wanted : str
        The unknown name.
    known : iterable of str
        All names that exist.
    otherwise : str
        How the list of names begins if none is similar, such as "the columns are".

    Returns
    -------
    str
        "did you mean ...?", or the first known names.
    """
    names = list(known)
    matches = difflib.get_close_matches(wanted.lower(), [name.lower() for name in names], n=3)
    nearest = [name for name in names if name.lower() in matches or _contains(name, wanted)]
    if nearest:
        return "did you mean " + " or ".join(map(repr, nearest[:MAX_SUGGESTIONS])) + "?"
    listed = ", ".join(map(repr, names[:MAX_LISTED]))
    more = len(names) - MAX_LISTED
    return f"{otherwise} {listed}" + (f" and {more} more" if more > 0 else "")


def _contains(name: str, wanted: str) -> bool:
    return len(wanted) > 1 and wanted.lower() in name.lower()
