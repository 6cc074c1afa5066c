"""Support for scikit-learn's callbacks. Before scikit-learn 1.9 the functions do nothing."""

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
        """A callback context without callbacks."""

        def subcontext(self, **_: Any) -> Self:
            return self

        def call_on_fit_task_begin(self, **_: Any) -> Self:
            return self

        def call_on_fit_task_end(self, **_: Any) -> bool:
            return False

        def propagate_callback_context(self, _: Any) -> AbstractContextManager[None]:
            return nullcontext()

    class CallbackSupportMixin:  # type: ignore[no-redef] # replaces the missing class
        """Mixin for estimators without callback support."""

        def _init_callback_context(self, **_: Any) -> _NoContext:
            return _NoContext()

    def _manage_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        # One more stack frame, as with callbacks. Warnings then point to the same caller.
        @wraps(method)
        def managed(*args: Any, **parameters: Any) -> Any:
            return method(*args, **parameters)

        return managed


def with_callbacks(method: Method) -> Method:
    """Decorate `fit` so that callbacks are torn down, also after an error."""
    return cast("Method", _manage_callbacks(method))


@contextmanager
def fit_task(context: Any, *, is_fitted: bool = False, **data: Any) -> Iterator[None]:
    """Report the start of a task to callbacks, and its end unless an error is raised.

    Parameters
    ----------
    context : CallbackContext
        Context of the task.
    is_fitted : bool, default=False
        Whether the estimator can predict at the end of the task.
    **data : object
        Arguments that are passed on to callbacks: `estimator`, `X`, `y`, `metadata`.
    """
    context.call_on_fit_task_begin(**data)
    yield
    # A fitted estimator already has all its attributes.
    attributes: dict[str, Any] | None = {} if is_fitted else None
    context.call_on_fit_task_end(**data, reconstruction_attributes=attributes)


class IterationTasks:
    """Callback that reports the iterations of the solver as tasks of a fit.

    Parameters
    ----------
    context : CallbackContext
        Context of the fit.
    attributes_at : callable
        Function of the parameters that returns the fitted attributes.
    start : ndarray
        Initial parameters.
    verbose : int
        If positive, a line is printed for each iteration.
    **data : object
        Arguments that are passed on to callbacks: `estimator`, `X`, `y`, `metadata`.

    Notes
    -----
    As in scikit-learn, a task begins before it is known whether there is another iteration.
    ``close`` ends the last task.
    """

    def __init__(
        self,
        context: Any,
        attributes_at: Callable[[Floats], dict[str, Any]],
        start: Floats,
        *,
        verbose: int,
        **data: Any,
    ) -> None:
        self._context = context
        self._attributes_at = attributes_at
        self._verbose = verbose
        self._data = data
        self._n_iter = 0
        self._begin(start)

    def __call__(self, iteration: Iteration) -> None:
        """End the task of an iteration and begin the next one."""
        parameters = iteration.parameters
        self._task.call_on_fit_task_end(
            **self._data, reconstruction_attributes=lambda: self._attributes_at(parameters)
        )
        self._n_iter += 1
        if self._verbose:
            print(  # noqa: T201 - the output of `verbose`
                f"iteration {self._n_iter} ({iteration.stage}): "
                f"objective {iteration.value:.8g}, error {iteration.error:.2g}"
            )
        self._begin(parameters)

    def close(self) -> None:
        """End the last task, in which there was no iteration."""
        self._task.call_on_fit_task_end(estimator=self._data["estimator"])

    def _begin(self, parameters: Floats) -> None:
        self._task = self._context.subcontext(task_name="lbfgs-iter")
        self._task.call_on_fit_task_begin(
            **self._data, reconstruction_attributes=lambda: self._attributes_at(parameters)
        )
