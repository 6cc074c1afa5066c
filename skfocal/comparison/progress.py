"""Tell on stderr how far a comparison has come and when it will end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress

if TYPE_CHECKING:
    from skfocal.comparison.runner import Progress

__all__ = ["progress_on_stderr"]

SECONDS_BETWEEN_LINES = 5.0
LEAST_SHARE = 0.03
"""Before, the start of the processes would be most of the time measured."""


@contextmanager
def progress_on_stderr() -> Iterator[Progress]:
    """Yield a callback that draws a bar on a terminal and writes plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(console)
        return
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TextColumn("{task.fields[left]}"),
    )
    with RichProgress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, left="")
        start = time.monotonic()

        def update(done: int, total: int, work_share: float) -> None:
            left = _time_left(time.monotonic() - start, work_share)
            bar.update(task, completed=done, total=total, left=left)

        yield update


def _plain_lines(console: Console) -> Progress:
    start = last = time.monotonic()

    def update(done: int, total: int, work_share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            left = _time_left(now - start, work_share)
            console.print(f"{done} of {total} cells done, {left}", highlight=False)

    return update


def _time_left(elapsed: float, work_share: float) -> str:
    if work_share < LEAST_SHARE:
        return "time left not known yet"
    seconds = elapsed * (1 - work_share) / work_share
    if seconds < 1:
        return f"{elapsed:.0f} s in all"
    return f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"
