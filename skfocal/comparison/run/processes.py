"""Run tasks in separate processes, so that one that hangs or crashes does not affect the others."""

from __future__ import annotations

import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from joblib.externals.loky import ProcessPoolExecutor

__all__ = ["Lost", "end_with", "run_tasks"]

SECONDS_BETWEEN_CHECKS = 1.0


@dataclass(frozen=True)
class Lost:
    """A task without a result, and the reason."""

    reason: str


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    *,
    n_processes: int,
    timeout: float | None,
    on_start: Callable[[int], None],
) -> Generator[tuple[int, Any]]:
    """Call a function on every task and yield the results as they are ready.

    Parameters
    ----------
    function : callable
        Called with one task, in another process.
    tasks : sequence
        The tasks, started in this order.
    n_processes : int
        Number of tasks that run at the same time.
    timeout : float or None
        Seconds after which the process of a task is killed. The start of the process does not
        count.
    on_start : callable
        Called with the position of each task that starts.

    Yields
    ------
    index : int
        Position of the task.
    result : object
        What the function returned, or `Lost` if it was killed, crashed or raised.
    """
    waiting = deque(enumerate(tasks))
    workers = [_Worker(function, timeout) for _ in range(min(n_processes, len(tasks)))]
    running: dict[_Worker, int] = {}
    try:
        while waiting or running:
            for worker in workers:
                if waiting and worker not in running:
                    running[worker], task = waiting.popleft()
                    worker.begin(task)
                    on_start(running[worker])
            _wait_for_any(list(running))
            for worker in list(running):
                if worker.is_over():
                    yield running.pop(worker), worker.result()
    finally:
        for worker in workers:
            worker.kill()


class _Worker:
    """A process that runs one task after the other, and is replaced after it was killed."""

    def __init__(self, function: Callable[[Any], Any], timeout: float | None) -> None:
        self.function = function
        self.timeout = math.inf if timeout is None else timeout
        self.executor = _new_executor()

    def begin(self, task: Any) -> None:
        self.ready: Future[None] = self.executor.submit(_ready, self.function)
        self.future: Future[Any] = self.executor.submit(self.function, task)
        self.deadline = math.inf

    def next_event(self) -> Future[Any]:
        return self.future if self.ready.done() else self.ready

    def time_left(self) -> float:
        """Seconds left; the time counts from the first call after the process has started."""
        now = time.monotonic()
        if self.ready.done():
            self.deadline = min(self.deadline, now + self.timeout)
        return self.deadline - now

    def is_over(self) -> bool:
        """Whether there is a result or the time is over."""
        return self.future.done() or self.time_left() <= 0

    def result(self) -> Any:
        if not self.future.done():
            self._replace()
            return Lost(f"Timeout: killed after {self.timeout:g} s")
        try:
            return self.future.result()
        except BrokenProcessPool as error:
            self._replace()
            codes = str(error).partition("exit codes of the workers are ")[2]
            return Lost(f"Crash: the process died {codes.partition(chr(10))[0]}".strip())
        except (Exception, SystemExit) as error:  # noqa: BLE001  # all but an interruption
            return Lost(f"{type(error).__name__}: {error}".strip())

    def kill(self) -> None:
        self.executor.shutdown(kill_workers=True)

    def _replace(self) -> None:
        self.kill()
        self.executor = _new_executor()


def _new_executor() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=1, initializer=end_with, initargs=(os.getpid(),))


def end_with(parent: int) -> None:
    """End this process soon after its parent, which cannot do so if it is killed."""

    def wait_for_end() -> None:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_CHECKS)
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()


def _ready(_function: Callable[[Any], Any]) -> None:
    """Return once the process has started and imported what the function needs."""


def _wait_for_any(workers: Sequence[_Worker]) -> None:
    # In this order: a process that starts in between ends the wait.
    events = [worker.next_event() for worker in workers]
    left = min(worker.time_left() for worker in workers)
    wait(events, None if math.isinf(left) else max(left, 0), return_when=FIRST_COMPLETED)
