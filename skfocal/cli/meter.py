"""Progress of a command on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["meter"]

Advance: TypeAlias = Callable[[int, float], None]
SECONDS_BETWEEN_LINES = 5.0
KNOWN_SHARE = 1e-3
"""Share from which the time that is left can be stated."""


@contextmanager
def meter(what: str, *, quiet: bool) -> Iterator[Advance | None]:
    """Yield a callback for the number of rows and the share that are done.

    It draws a bar on a terminal, and writes a line every few seconds otherwise.
    """
    if quiet:
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  # takes a tenth of a second
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    start = time.monotonic()
    if console.is_terminal:
        columns = (TextColumn(what), BarColumn(bar_width=20), TextColumn("{task.fields[line]}"))
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=1.0, line="")

            def draw(n_rows: int, share: float) -> None:
                line = _line(n_rows, share, time.monotonic() - start)
                bar.update(task, completed=share, line=line)

            yield draw
        return
    last = start

    def write(n_rows: int, share: float) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            line = _line(n_rows, share, last - start)
            console.print(f"{what}: {line}", markup=False, soft_wrap=True)

    yield write


def _line(n_rows: int, share: float, elapsed: float) -> str:
    done = f"{n_rows:,} rows"
    if share < KNOWN_SHARE:
        return done
    left = elapsed * (1 - share) / share
    shown = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
    return f"{done}, {100 * share:.0f} %, about {shown} left"
