"""The program of a process that runs the cells it is sent, one after the other."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time

from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.cell_process import Lost, read_message, write_message
from skfocal.comparison.run.pickled_cell import PickledCell

__all__ = ["main"]

SECONDS_BETWEEN_CHECKS = 1.0


def main() -> None:
    """Run the cells that the standard input holds, until it ends."""
    _end_with(int(sys.argv[1]))
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a cell prints
    write_message(replies, b"ready")
    while True:
        parts = [read_message(requests) for _ in PickledCell._fields]
        if None in parts:
            return
        write_message(replies, _run(*filter(None, parts)))


def _end_with(parent: int) -> None:
    """End this process, and what it has started, soon after its parent.

    A parent that is killed cannot do so.
    """

    def wait_for_end() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_CHECKS)
        if hasattr(os, "killpg"):  # not on Windows
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()


def _run(table: bytes, split: bytes, rest: bytes) -> bytes:
    """Run a cell and return its pickled result."""
    try:
        cell = Cell(table=pickle.loads(table), split=pickle.loads(split), **pickle.loads(rest))  # noqa: S301  # from the client
        return pickle.dumps(run_cell(cell))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # all but an interruption
        return pickle.dumps(Lost(f"{type(error).__name__}: {error}".strip()))


if __name__ == "__main__":
    main()
