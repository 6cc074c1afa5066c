"""How many threads to use, and keeping BLAS to one while they run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, TypeAlias

# scikit-learn requires both, and itself counts threads with them.
from joblib import cpu_count
from joblib.parallel import get_active_backend
from threadpoolctl import ThreadpoolController

__all__ = ["Map", "ordered_map", "thread_count"]

Map: TypeAlias = Callable[..., Iterable[Any]]


@cache
def _controller() -> ThreadpoolController:
    """Find the loaded BLAS and OpenMP libraries once, since that takes milliseconds."""
    return ThreadpoolController()


def thread_count() -> int:
    """Return how many threads scikit-learn's own parallel code would use here.

    That is the number of physical cores, unless OMP_NUM_THREADS, a limit set by threadpoolctl or
    a joblib worker says less.
    """
    # Of joblib's ways to tell whether it runs this thread, the one that takes no guess.
    backend, _ = get_active_backend()
    if backend.nesting_level and threading.current_thread() is not threading.main_thread():
        # A joblib thread: its siblings keep the other cores busy.
        return 1
    pools = _controller().select(user_api="openmp").info()
    pool_sizes = [int(pool["num_threads"]) for pool in pools]
    return min([int(cpu_count(only_physical_cores=True)), *pool_sizes])


def _free_control() -> None:
    """Let any thread change BLAS's limit, which newer threadpoolctl leaves to who last did."""
    for library in _controller().lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)


class _SingleThreadedBlas:
    """Limit BLAS to one thread while at least one fit runs.

    The limit belongs to the whole process, so of several concurrent fits the first sets it and
    the last lifts it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._limiter: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                _free_control()
                self._limiter = _controller().limit(limits=1, user_api="blas")
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                _free_control()
                self._limiter.restore_original_limits()
                _free_control()


_single_threaded_blas = _SingleThreadedBlas()


@contextmanager
def ordered_map() -> Iterator[Map]:
    """Give a `map` that runs calls in threads and keeps their order.

    Within the context BLAS runs single-threaded: parallelism belongs to the row blocks, and sums
    come out the same to the last bit whatever the number of threads.

    Yields
    ------
    map : callable
        Takes a function and a sequence. Threads start when a sequence of several items comes.
    """
    with ExitStack() as stack:
        stack.enter_context(_single_threaded_blas)

        @cache
        def start_threads() -> Map:
            n_threads = thread_count()
            if n_threads == 1:
                return map
            executor = ThreadPoolExecutor(n_threads, thread_name_prefix="skfocal")
            return stack.enter_context(executor).map

        def run(function: Callable[[Any], Any], items: Sequence[Any]) -> Iterable[Any]:
            return map(function, items) if len(items) == 1 else start_threads()(function, items)

        yield run
