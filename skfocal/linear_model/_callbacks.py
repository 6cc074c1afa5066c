"""scikit-learn's callbacks where it has them, from 1.9 on, and nothing in their place before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, Self, TypeVar, cast

from skfocal._typing import Floats

__all__ = ["CallbackSupportMixin", "IterationTasks", "fit_task", "with_callbacks"]

Method = TypeVar("Method", bound=Callable[..., Any])

try:
    from sklearn.callback import CallbackSupportMixin
    from sklearn.callback import with_callbacks as _manage_callbacks
except ImportError:

    class _NoContext:
        """A task that nobody watches."""

        def subcontext(self, **_: Any) -> Self:
            return self

        def call_on_fit_task_begin(self, **_: Any) -> Self:
            return self

        def call_on_fit_task_end(self, **_: Any) -> bool:
            return False

        def propagate_callback_context(self, _: Any) -> AbstractContextManager[None]:
            return nullcontext()

    class CallbackSupportMixin:  # type: ignore[no-redef] # stands for the one that is missing
        """Nothing to support."""

        def _init_callback_context(self, **_: Any) -> _NoContext:
            return _NoContext()

    def _manage_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        # As many frames as with callbacks, so that warnings point to the same caller.
        @wraps(method)
        def managed(*args: Any, **parameters: Any) -> Any:
            return method(*args, **parameters)

        return managed


def with_callbacks(method: Method) -> Method:
    """Return a fit that tears its callbacks down, however it ends."""
    return cast("Method", _manage_callbacks(method))


@contextmanager
def fit_task(context: Any, *, fits: bool = False, **about: Any) -> Iterator[None]:
    """Tell callbacks of the begin and, if all went well, of the end of a task.

    Parameters
    ----------
    context : CallbackContext
        That of the task.
    fits : bool, default=False
        Whether the estimator can predict when the task is done.
    **about : object
        What callbacks may ask for: `estimator`, `X`, `y`, `metadata`.
    """
    context.call_on_fit_task_begin(**about)
    yield
    # The estimator itself lacks nothing.
    lacking: dict[str, Any] | None = {} if fits else None
    context.call_on_fit_task_end(**about, reconstruction_attributes=lacking)


class IterationTasks:
    """The iterations of a solver as tasks of a fit, of which callbacks are told.

    Parameters
    ----------
    context : CallbackContext
        That of the fit.
    attributes : callable
        Takes parameters, and returns the attributes that make of the estimator one that was
        fitted with them.
    **about : object
        What callbacks may ask for: `estimator`, `X`, `y`, `metadata`.

    Notes
    -----
    As in scikit-learn, a task is open before it is known whether there will be an iteration;
    ``close`` ends the last one.
    """

    def __init__(
        self, context: Any, attributes: Callable[[Floats], dict[str, Any]], **about: Any
    ) -> None:
        self._context = context
        self._attributes = attributes
        self._about = about
        self._begin()

    def __call__(self, parameters: Floats) -> None:
        """End the task of an iteration, which led to these parameters, and begin the next."""
        self._task.call_on_fit_task_end(
            **self._about, reconstruction_attributes=lambda: self._attributes(parameters)
        )
        self._begin()

    def close(self) -> None:
        """End the task in which no iteration took place."""
        self._task.call_on_fit_task_end(estimator=self._about["estimator"])

    def _begin(self) -> None:
        self._task = self._context.subcontext(task_name="lbfgs-iter")
        self._task.call_on_fit_task_begin(**self._about)
