"""The number of threads, and a limit of one thread for BLAS while they run."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, TypeAlias

# scikit-learn requires both, and itself counts threads with them.
from joblib import cpu_count
from joblib.parallel import get_active_backend
from threadpoolctl import ThreadpoolController

__all__ = ["Map", "ordered_map", "pause_for_forks", "thread_count"]

Map: TypeAlias = Callable[..., Iterable[Any]]
# Seconds that a fork waits for a pass over a table.
_LONGEST_WAIT = 5.0


@cache
def _controller() -> ThreadpoolController:
    """Find the loaded BLAS and OpenMP libraries once, since that takes milliseconds."""
    return ThreadpoolController()


def thread_count() -> int:
    """Return the number of threads that scikit-learn's own parallel code would use here.

    That is the number of physical cores, unless OMP_NUM_THREADS, a limit set by threadpoolctl or
    a joblib worker allows fewer.
    """
    backend, _ = get_active_backend()
    if backend.nesting_level and threading.current_thread() is not threading.main_thread():
        # In a thread of joblib, whose other threads use the other cores.
        return 1
    pools = _controller().select(user_api="openmp").info()
    pool_sizes = [int(pool["num_threads"]) for pool in pools]
    return min([int(cpu_count(only_physical_cores=True)), *pool_sizes])


def _free_control() -> None:
    """Let any thread change BLAS's limit. Recent threadpoolctl allows only the last that did."""
    for library in _controller().lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)


class _SingleThreadedBlas:
    """Limit BLAS to one thread while at least one fit runs.

    The limit belongs to the whole process, so of several concurrent fits the first sets it and
    the last lifts it.

    A child inherits the locks of BLAS as they are when its parent forks, and waits for ever for one
    that another thread held. So a fork waits until all fits are between two passes.
    """

    def __init__(self) -> None:
        # A signal handler may fork a thread that holds it.
        self._condition = threading.Condition(threading.RLock())
        self._users: Counter[int] = Counter()
        self._paused: set[int] = set()
        self._forking = 0
        self._limiter: Any = None

    def __enter__(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._forking == 0)
            if not self._users:
                _free_control()
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._users[threading.get_ident()] += 1

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._users[threading.get_ident()] -= 1
            self._users += Counter()  # drops a thread without fits
            if not self._users:
                self._lift()
            self._condition.notify_all()

    def pause(self) -> None:
        """Let a fork go first."""
        if self._forking == 0:
            return
        thread = threading.get_ident()
        with self._condition:
            if thread in self._users:
                self._paused.add(thread)
                self._condition.notify_all()
                self._condition.wait_for(lambda: self._forking == 0)
                self._paused.discard(thread)

    def before_fork(self) -> None:
        """Wait until no other thread fits or changes the limit, which takes locks, too."""
        self._condition.acquire()
        self._forking += 1
        this_thread = {threading.get_ident()}
        self._condition.wait_for(
            lambda: self._users.keys() <= self._paused | this_thread, timeout=_LONGEST_WAIT
        )

    def after_fork_in_parent(self) -> None:
        """Let threads go on."""
        self._forking -= 1
        self._condition.notify_all()
        self._condition.release()

    def after_fork_in_child(self) -> None:
        """Forget the fits of threads that the child does not have: none would lift the limit."""
        self._condition = threading.Condition(threading.RLock())
        self._paused.clear()
        self._forking = 0
        had_users, this_thread = bool(self._users), threading.get_ident()
        self._users = +Counter({this_thread: self._users[this_thread]})
        if had_users and not self._users:
            self._lift()

    def _lift(self) -> None:
        _free_control()
        self._limiter.restore_original_limits()
        _free_control()


_single_threaded_blas = _SingleThreadedBlas()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=_single_threaded_blas.before_fork,
        after_in_parent=_single_threaded_blas.after_fork_in_parent,
        after_in_child=_single_threaded_blas.after_fork_in_child,
    )


def pause_for_forks() -> None:
    """Wait while another thread forks the process. Called between passes over a table."""
    _single_threaded_blas.pause()


def _starts(executor: ThreadPoolExecutor, n_threads: int) -> bool:
    """Start all threads of an executor; return False if the system refuses one.

    WebAssembly has no threads, and an operating system may limit their number.
    """
    started = threading.Event()
    try:
        for _ in range(n_threads):
            executor.submit(started.wait)
    except RuntimeError:
        return False
    finally:
        started.set()
    return True


@contextmanager
def ordered_map() -> Iterator[Map]:
    """Give a `map` that runs calls in threads and keeps their order.

    Within the context BLAS runs single-threaded: the row blocks are what runs in parallel, and
    sums are the same to the last bit for any number of threads.

    Yields
    ------
    map : callable
        Takes a function and a sequence. Threads are started for the first sequence of several
        items. Without threads it runs the calls one after the other.
    """
    with ExitStack() as stack:
        stack.enter_context(_single_threaded_blas)

        # A child that is forked in here has none of the threads, and starts its own.
        @cache
        def start_threads(process: int) -> Map:
            del process
            n_threads = thread_count()
            if n_threads == 1:
                return map
            executor = ThreadPoolExecutor(n_threads, thread_name_prefix="skfocal")
            stack.enter_context(executor)
            return executor.map if _starts(executor, n_threads) else map

        def run(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
            if len(items) == 1:
                return map(function, items)
            return start_threads(os.getpid())(function, items)

        yield run
