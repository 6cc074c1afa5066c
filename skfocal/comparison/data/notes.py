"""What was changed or noticed in columns, as sentences for the report and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Note", "describe_notes", "list_names", "list_values"]

MAX_SINGLE, MAX_NAMES, MAX_VALUES = 3, 10, 5


@dataclass(frozen=True)
class Note:
    """What was changed or noticed in one column.

    Attributes
    ----------
    column : str
        Name of the column.
    text : str
        The rest of the sentence that begins with the column.
    kind : str, default=""
        Notes of one kind are shortened to one sentence if there are many; without a kind, only
        notes with the same text are.
    """

    column: str
    text: str
    kind: str = ""


def describe_notes(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return a sentence for each note, or one for many notes of the same kind."""
    kinds: dict[str, list[Note]] = {}
    for note in notes:
        kinds.setdefault(note.kind or note.text, []).append(note)
    return tuple(sentence for alike in kinds.values() for sentence in _describe_kind(alike))


def _describe_kind(notes: list[Note]) -> list[str]:
    if len(notes) <= MAX_SINGLE:
        return [f"column {note.column!r} {note.text}" for note in notes]
    first, *others = notes
    more = f"the same applies to {len(others)} more columns: "
    return [f"column {first.column!r} {first.text}; {more}{list_names([n.column for n in others])}"]


def list_names(names: list[str]) -> str:
    """List the first names, and the number of the others."""
    shown = ", ".join(map(repr, names[:MAX_NAMES]))
    more = len(names) - MAX_NAMES
    return shown + (f" and {more} more" if more > 0 else "")


def list_values(counts: Mapping[str, int]) -> str:
    """List the most frequent values with their numbers of rows."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(
        f"{value!r} in {count} row{'s' if count > 1 else ''}"
        for value, count in ordered[:MAX_VALUES]
    )
    more = len(ordered) - MAX_VALUES
    return shown + (f" and {more} more values" if more > 0 else "")
