"""A process that runs the cells it is sent, as the process of a Dask worker sees it.

Dask workers are daemons, which cannot start processes with multiprocessing. The other end is
`cell_server`. Without it, this module does not import scikit-learn.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from skfocal.comparison.run.processes import Lost

__all__ = ["CellProcess", "PickledCell", "read_message", "write_message"]

SERVER = "skfocal.comparison.run.cell_server"
SIZE_BYTES = 8


class PickledCell(NamedTuple):
    """A cell in parts. Tables and splits are large, and many cells have the same."""

    table: bytes
    split: bytes
    rest: bytes


class CellProcess:
    """A process that runs cells. What they print goes to the standard error of this process."""

    def __init__(self) -> None:
        # It finds the modules that this process finds, such as those that Dask has sent here.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(  # noqa: S603  # the command is fixed
            [sys.executable, "-m", SERVER, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._is_too_slow = False

    @property
    def is_alive(self) -> bool:
        """Whether the process can run another cell."""
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Return once the process has imported what cells need, or has died."""
        read_message(self._stdout)

    def run(self, cell: PickledCell, timeout: float | None) -> bytes:
        """Run a cell.

        Parameters
        ----------
        cell : PickledCell
            The cell.
        timeout : float or None
            Seconds after which the process is killed.

        Returns
        -------
        bytes
            The pickled `CellResult`, or a pickled `Lost` if the process died.
        """
        with self._killed_after(timeout):
            try:
                for part in cell:
                    write_message(self._stdin, part)
                reply = read_message(self._stdout)
            except OSError:  # it died before it had received the cell
                reply = None
        if reply is not None:
            return reply
        code = self._process.wait()
        if self._is_too_slow:
            return pickle.dumps(Lost(f"Timeout: killed after {timeout:g} s"))
        return pickle.dumps(Lost(f"Crash: the process died {{{_name_of(code)}({code})}}"))

    def kill(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    @contextmanager
    def _killed_after(self, timeout: float | None) -> Iterator[None]:
        if timeout is None:
            yield
            return
        timer = threading.Timer(timeout, self._kill_for_slowness)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _kill_for_slowness(self) -> None:
        self._is_too_slow = True
        self.kill()

    @property
    def _stdin(self) -> IO[bytes]:
        return self._process.stdin  # type: ignore[return-value]  # it is a pipe

    @property
    def _stdout(self) -> IO[bytes]:
        return self._process.stdout  # type: ignore[return-value]  # it is a pipe


def _name_of(exit_code: int) -> str:
    """Return the signal that ended a process."""
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return "EXIT"


def write_message(stream: IO[bytes], message: bytes) -> None:
    """Write a message, after its length."""
    stream.write(len(message).to_bytes(SIZE_BYTES, "big"))
    stream.write(message)
    stream.flush()


def read_message(stream: IO[bytes]) -> bytes | None:
    """Read a message; None if the process at the other end has died."""
    size = stream.read(SIZE_BYTES)
    if len(size) < SIZE_BYTES:
        return None
    message = stream.read(int.from_bytes(size, "big"))
    return message if len(message) == int.from_bytes(size, "big") else None
