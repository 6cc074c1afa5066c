"""Show the progress of a comparison on stderr or in a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.table import Column

from skfocal.comparison.run.remaining_time import format_seconds
from skfocal.comparison.run.schedule import Progress, Status

__all__ = ["progress_by_default", "progress_in_notebook", "progress_on_stderr"]

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BEFORE_BAR = 3.0
"""Time of a run that needs no bar."""
BAR_WIDTH = 20


@contextmanager
def progress_on_stderr(*, verbose: bool = False) -> Iterator[Progress]:
    """Yield a callback that draws a bar on a terminal, and writes plain lines otherwise.

    Parameters
    ----------
    verbose : bool, default=False
        Whether to write a line for each finished cell.

    Yields
    ------
    callable
        Takes the `Status` of a comparison.

    Examples
    --------
    >>> from skfocal.comparison import compare, progress_on_stderr
    >>> with progress_on_stderr() as progress:  # doctest: +SKIP
    ...     compare(X, y, progress=progress)
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


def progress_in_notebook() -> Progress | None:
    """Return a callback that draws a bar in a line of text in a notebook; None elsewhere."""
    if not Console().is_jupyter:
        return None
    start = time.monotonic()
    width = 0

    def report(status: Status) -> None:
        nonlocal width
        n_filled = BAR_WIDTH * status.done // max(status.total, 1)
        bar = "█" * n_filled + "░" * (BAR_WIDTH - n_filled)
        line = f"{bar} {_line(status, time.monotonic() - start)}"
        end = "\n" if status.done == status.total else ""
        sys.stdout.write(f"\r{line.ljust(width)}{end}")
        sys.stdout.flush()
        width = len(line)

    return report


@contextmanager
def progress_by_default() -> Iterator[Progress | None]:
    """Yield a callback that draws a bar in a notebook or a terminal, unless the run is short.

    Elsewhere it is None.
    """
    in_notebook = progress_in_notebook()
    if in_notebook is None and not Console(stderr=True).is_terminal:
        yield None
        return
    start = time.monotonic()
    with ExitStack() as stack:
        shown: Progress | None = None

        def report(status: Status) -> None:
            nonlocal shown
            if shown is None:
                late = time.monotonic() - start >= SECONDS_BEFORE_BAR
                if not late or status.done == status.total:
                    return
                shown = in_notebook or stack.enter_context(progress_on_stderr())
            shown(status)

        yield report


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[Status, float], None]]:
    # The only column that shrinks in a narrow terminal.
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        BarColumn(bar_width=BAR_WIDTH),
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
