"""scikit-learn's callbacks where it has them, from 1.9 on, and nothing in their place before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, Self, TypeVar, cast

from skfocal._solver import Iteration
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
    """The iterations of a solver, reported to callbacks as tasks of a fit.

    Parameters
    ----------
    context : CallbackContext
        The context of the fit.
    attributes_at : callable
        Takes parameters, and returns the fitted attributes of an estimator with these.
    start : ndarray
        Parameters at the start of the first iteration.
    verbose : int
        Whether to print a line for each iteration.
    **about : object
        What callbacks may ask for: `estimator`, `X`, `y`, `metadata`.

    Notes
    -----
    As in scikit-learn, a task begins before it is known whether there will be another iteration;
    ``close`` ends the last one.
    """

    def __init__(
        self,
        context: Any,
        attributes_at: Callable[[Floats], dict[str, Any]],
        start: Floats,
        *,
        verbose: int,
        **about: Any,
    ) -> None:
        self._context = context
        self._attributes_at = attributes_at
        self._verbose = verbose
        self._about = about
        self._n_iter = 0
        self._begin(start)

    def __call__(self, iteration: Iteration) -> None:
        """End the task of an iteration and begin the next."""
        parameters = iteration.parameters
        self._task.call_on_fit_task_end(
            **self._about, reconstruction_attributes=lambda: self._attributes_at(parameters)
        )
        self._n_iter += 1
        if self._verbose:
            print(  # noqa: T201 - what `verbose` asks for
                f"iteration {self._n_iter} ({iteration.stage}): "
                f"objective {iteration.value:.8g}, gradient {iteration.gradient_norm:.2g}"
            )
        self._begin(parameters)

    def close(self) -> None:
        """End the task in which no iteration took place."""
        self._task.call_on_fit_task_end(estimator=self._about["estimator"])

    def _begin(self, parameters: Floats) -> None:
        self._task = self._context.subcontext(task_name="lbfgs-iter")
        self._task.call_on_fit_task_begin(
            **self._about, reconstruction_attributes=lambda: self._attributes_at(parameters)
        )
