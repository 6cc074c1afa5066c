"""A process that runs the cells it is sent, as its parent sees it.

The other end is `cell_server`. Without it, this module does not import scikit-learn.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from skfocal.comparison.run.pickled_cell import PickledCell

__all__ = ["CellProcess", "Lost", "read_message", "write_message"]

SERVER = "skfocal.comparison.run.cell_server"
SIZE_BYTES = 8


@dataclass(frozen=True)
class Lost:
    """A cell without a result, and the reason."""

    reason: str


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
            # Ctrl-C reaches this process only, and `kill` also what a cell has started.
            process_group=0,
        )
        self._is_ready = False
        self._is_too_slow = False

    @property
    def is_alive(self) -> bool:
        """Whether the process can run another cell."""
        return self._process.poll() is None

    def run(self, cell: PickledCell, timeout: float | None) -> bytes:
        """Run a cell.

        Parameters
        ----------
        cell : PickledCell
            The cell.
        timeout : float or None
            Seconds after which the process is killed. The start of the process does not count.

        Returns
        -------
        bytes
            The pickled `CellResult`, or a pickled `Lost` if the process died.
        """
        self._wait_until_ready()
        with self._killed_after(timeout):
            try:
                for part in cell:
                    write_message(self._stdin, part)
                reply = read_message(self._stdout)
            except (OSError, ValueError):  # it died, or was ended before it had received the cell
                reply = None
        if reply is not None:
            return reply
        code = self._process.wait()
        if self._is_too_slow:
            return pickle.dumps(Lost(f"Timeout: killed after {timeout:g} s"))
        return pickle.dumps(Lost(f"Crash: the process died {{{_name_of(code)}({code})}}"))

    def kill(self) -> None:
        """End the process and those that its cell has started, and close the pipes."""
        if self.is_alive:
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            else:  # on Windows
                self._process.kill()
        self._process.wait()
        with suppress(OSError):  # of what it has not read
            self._stdin.close()
        self._stdout.close()

    def _wait_until_ready(self) -> None:
        """Return once the process has imported what cells need, or has died."""
        if not self._is_ready:
            with suppress(ValueError):  # it was ended before
                read_message(self._stdout)
            self._is_ready = True

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
