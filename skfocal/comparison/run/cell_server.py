"""The program of a process that runs the cells it is sent, one after the other."""

from __future__ import annotations

import os
import pickle
import signal
import sys

from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.cell_process import PickledCell, read_message, write_message
from skfocal.comparison.run.processes import Lost, end_with

__all__ = ["main"]


def main() -> None:
    """Run the cells that the standard input holds, until it ends."""
    end_with(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the client is interrupted, and ends this process
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a cell prints
    write_message(replies, b"ready")
    while True:
        parts = [read_message(requests) for _ in PickledCell._fields]
        if None in parts:
            return
        write_message(replies, _run(*filter(None, parts)))


def _run(table: bytes, split: bytes, rest: bytes) -> bytes:
    """Run a cell and return its pickled result."""
    try:
        cell = Cell(table=pickle.loads(table), split=pickle.loads(split), **pickle.loads(rest))  # noqa: S301  # from the client
        return pickle.dumps(run_cell(cell))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # all but an interruption
        return pickle.dumps(Lost(f"{type(error).__name__}: {error}".strip()))


if __name__ == "__main__":
    main()
