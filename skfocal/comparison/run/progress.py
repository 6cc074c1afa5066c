"""Show the progress of a comparison on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Column

from skfocal.comparison.run.remaining_time import format_seconds
from skfocal.comparison.run.schedule import Progress, Status

__all__ = ["progress_on_stderr"]

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def progress_on_stderr(*, verbose: bool = False) -> Iterator[Progress]:
    """Yield a callback that draws a bar on a terminal, and writes plain lines otherwise.

    Parameters
    ----------
    verbose : bool, default=False
        Whether to write a line for each finished cell.
    """
    console = Console(stderr=True, highlight=False)
    draw = _bar if console.is_terminal else _plain_lines
    start = time.monotonic()
    with draw(console) as update:

        def report(status: Status) -> None:
            if verbose and status.ended:
                console.print(status.ended, markup=False, soft_wrap=True)
            update(status, time.monotonic() - start)

        yield report


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Status, float], None]]:
    # The only column that shrinks in a narrow terminal.
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("cells, {task.fields[left]}"),
        TextColumn("{task.fields[running]}", markup=False, table_column=rest),
    )
    with RichProgress(*columns, console=console, transient=True, expand=True) as bar:
        task = bar.add_task("", total=None, left="", running="")

        def update(status: Status, elapsed: float) -> None:
            left, running = _time_left(status, elapsed), "; ".join(status.running)
            done, total = status.done, status.total
            bar.update(task, completed=done, total=total, left=left, running=running)

        yield update


@contextmanager
def _plain_lines(console: Console) -> Iterator[Callable[[Status, float], None]]:
    last = 0.0

    def update(status: Status, elapsed: float) -> None:
        nonlocal last
        if status.done < status.total and elapsed - last < SECONDS_BETWEEN_LINES:
            return
        last = elapsed
        line = _line(status, elapsed)
        if status.running:
            line += f"; running {'; '.join(status.running)}"
        console.print(line, markup=False, soft_wrap=True)

    yield update


def _line(status: Status, elapsed: float) -> str:
    return f"{status.done} of {status.total} cells done, {_time_left(status, elapsed)}"


def _time_left(status: Status, elapsed: float) -> str:
    if status.done == status.total:
        return f"{format_seconds(elapsed)} in total"
    if status.seconds_left is None:
        return "time left unknown"
    return f"about {format_seconds(status.seconds_left)} left"
