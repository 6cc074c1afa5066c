"""The program of a process that runs the cells it is sent, one after the other."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from queue import SimpleQueue
from typing import IO, Any

from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.cell_process import Lost, read_message, write_message
from skfocal.comparison.run.pickled_cell import PickledCell
from skfocal.comparison.run.prepared_folds import PreparedFolds
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["main"]


def main() -> None:
    """Run the cells that the standard input holds, until it ends."""
    requests, replies = _private_pipes()
    received: SimpleQueue[PickledCell | None] = SimpleQueue()
    running = threading.Event()
    threading.Thread(target=_receive, args=(requests, received, running), daemon=True).start()
    write_message(replies, b"ready")
    shared: dict[str, Any] = {}
    prepared = PreparedFolds()
    while (cell := _next_cell(received, shared)) is not None:
        result = pickle.dumps(_run(cell, prepared))
        running.clear()  # before the parent can send another
        write_message(replies, result)


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes from and to the parent, which cells and what they start cannot use."""
    requests, replies = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a text file

    open_in_child = [requests, replies]

    def close() -> None:
        while open_in_child:  # once, because a child of a child uses the numbers for other files
            os.close(open_in_child.pop())

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=close)
    return os.fdopen(requests, "rb", closefd=False), os.fdopen(replies, "wb", closefd=False)


def _receive(
    requests: IO[bytes], received: SimpleQueue[PickledCell | None], running: threading.Event
) -> None:
    """Pass cells on until the parent closes the pipe, or has died.

    If a cell is running then, it ends with all that it has started, unless native code holds the
    interpreter's lock.
    """
    while True:
        parts = [read_message(requests) for _ in PickledCell._fields]
        if None in parts:
            break
        running.set()
        received.put(PickledCell(*parts))  # type: ignore[arg-type]  # all are bytes
        del parts  # a copy of the table
    if not running.is_set():
        received.put(None)
        return
    if hasattr(os, "killpg"):  # not on Windows
        os.killpg(os.getpgrp(), signal.SIGTERM)
    os._exit(1)


def _next_cell(
    received: SimpleQueue[PickledCell | None], shared: dict[str, Any]
) -> Cell | Lost | None:
    """Wait for a cell and read it; None if there is no other.

    Parameters
    ----------
    received : SimpleQueue
        The pickled cells. A table or a split that has not changed is empty.
    shared : dict of str to object
        The last table and split, or the errors of reading them.
    """
    pickled = received.get()
    if pickled is None:
        return None
    for name, part in pickled._asdict().items():
        if part:
            shared[name] = _loaded(part)
    for value in shared.values():
        if isinstance(value, Exception):
            return _lost(value)
    return Cell(shared["table"], split=shared["split"], **shared["rest"])


def _loaded(part: bytes) -> Any:
    """Return what was pickled, or the error, such as that a module is missing."""
    try:
        return pickle.loads(part)  # noqa: S301  # from the parent
    except Exception as error:  # noqa: BLE001  # any error is a result
        return error


def _run(cell: Cell | Lost, prepared: PreparedFolds) -> CellResult | Lost:
    try:
        return cell if isinstance(cell, Lost) else run_cell(cell, prepared)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # all but an interruption
        return _lost(error)


def _lost(error: BaseException) -> Lost:
    return Lost(f"{type(error).__name__}: {error}".strip())
