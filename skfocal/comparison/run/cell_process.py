"""A process that runs the cells it is sent, as its parent sees it.

The other end is `cell_server`. Without it, this module does not import scikit-learn.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from skfocal.comparison.run.pickled_cell import PickledCell

__all__ = ["CellProcess", "Lost", "read_message", "write_message"]

PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from skfocal.comparison.run.cell_server import main; main()"
)
SIZE_BYTES = 8
GRACE_SECONDS = 2.0
"""Time that a process has to end before it is killed."""
SECONDS_BETWEEN_CHECKS = 0.01


@dataclass(frozen=True)
class Lost:
    """A cell without a result, and the reason."""

    reason: str


class CellProcess:
    """A process that runs cells. What they print goes to the standard error of this process.

    It has a process group of its own. So Ctrl-C reaches only its parent, and what a cell has
    started ends with it.
    """

    def __init__(self) -> None:
        # It finds the modules that this process finds, such as those that Dask has sent here.
        # Python ignores all entries but strings.
        path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])  # type: ignore[redundant-expr]
        self._process = subprocess.Popen(  # noqa: S603  # the command is fixed
            [sys.executable, "-P", "-c", PROGRAM, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        self._lock = threading.Lock()
        """Held while the process is signalled or reaped, after which its id may be another's."""
        self._sent: PickledCell | None = None
        self._is_ready = False
        self._is_busy = False
        self._is_too_slow = False

    @property
    def is_alive(self) -> bool:
        """Whether the process can run another cell."""
        with self._lock:
            return self._process.poll() is None

    def run(self, cell: PickledCell, timeout: float | None) -> bytes:
        """Run a cell.

        Parameters
        ----------
        cell : PickledCell
            The cell.
        timeout : float or None
            Seconds after which the process is ended. Its start does not count.

        Returns
        -------
        bytes
            The pickled `CellResult`, or a pickled `Lost` if the process died.

        Raises
        ------
        RuntimeError
            If the process cannot start.
        """
        self._is_busy = True
        try:
            self._wait_until_ready()
            with self._ended_after(timeout):
                reply = self._ask(cell)
        finally:
            self._is_busy = False
        if reply is not None:
            return reply
        self._signal_group(signal.SIGTERM)  # what the cell has started
        code = self.wait()
        if self._is_too_slow:
            return pickle.dumps(Lost(f"Timeout: killed after {timeout:g} s"))
        return pickle.dumps(Lost(f"Crash: the process {_describe(code)}"))

    def terminate(self) -> None:
        """End the process without waiting for it.

        A cell that it runs ends with all that it has started.
        """
        if self._is_busy:
            self._signal_group(signal.SIGTERM)
        else:
            with suppress(OSError):  # of what it has not read
                self._stdin.close()

    def wait(self) -> int:
        """Wait until the process has ended, and kill it if that takes long.

        Returns
        -------
        exit_code : int
            Minus the number of the signal that ended it, if there is one.
        """
        if not self._ends_within(GRACE_SECONDS):
            self._signal_group(getattr(signal, "SIGKILL", signal.SIGTERM))
        self._process.wait()
        if not self._is_busy:  # otherwise the thread that reads does it
            with suppress(OSError):
                self._stdin.close()
            self._stdout.close()
        return self._process.returncode

    def end(self) -> None:
        """End the process."""
        self.terminate()
        self.wait()

    def _wait_until_ready(self) -> None:
        """Return once the process has imported what cells need."""
        if not self._is_ready and read_message(self._stdout) is None:
            raise RuntimeError("a process that runs cells cannot start; its error is above")
        self._is_ready = True

    def _ask(self, cell: PickledCell) -> bytes | None:
        """Send a cell and return the reply; None if the process has died."""
        last = self._sent or (None, None, None)
        self._sent = cell
        try:
            for part, former in zip(cell, last, strict=True):
                write_message(self._stdin, b"" if part is former else part)
            return read_message(self._stdout)
        except OSError:
            return None

    @contextmanager
    def _ended_after(self, timeout: float | None) -> Iterator[None]:
        if timeout is None:
            yield
            return
        timer = threading.Timer(timeout, self._end_for_slowness)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _end_for_slowness(self) -> None:
        self._is_too_slow = True
        self._signal_group(signal.SIGTERM)
        self.wait()

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(SECONDS_BETWEEN_CHECKS)
        return True

    def _signal_group(self, number: int) -> None:
        """Send a signal to the process and to those that it has started."""
        with self._lock:
            if self._process.returncode is not None:
                return
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, number)
            else:  # on Windows
                self._process.terminate()

    @property
    def _stdin(self) -> IO[bytes]:
        return self._process.stdin  # type: ignore[return-value]  # it is a pipe

    @property
    def _stdout(self) -> IO[bytes]:
        return self._process.stdout  # type: ignore[return-value]  # it is a pipe


def _describe(exit_code: int) -> str:
    """Say how a process has ended."""
    try:
        return f"was ended by {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"ended with exit code {exit_code}"


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
