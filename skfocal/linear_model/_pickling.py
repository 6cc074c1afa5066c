"""A warning for estimators that another version of the package pickled."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.exceptions import InconsistentVersionWarning

from skfocal._version import __version__

__all__ = ["VersionedEstimator"]

_KEY = "_skfocal_version"


class VersionedEstimator(BaseEstimator):
    """Base class of estimators whose pickles hold the version of this package."""

    def __getstate__(self) -> dict[str, Any]:
        """Return the state to pickle."""
        return {**super().__getstate__(), _KEY: __version__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a pickled state, with a warning if another version pickled it."""
        version = state.get(_KEY, "unknown")
        if version != __version__:
            warnings.warn(
                InconsistentVersionWarning(
                    estimator_name=f"{type(self).__name__} of skfocal",
                    current_sklearn_version=__version__,
                    original_sklearn_version=version,
                ),
                stacklevel=2,
            )
        super().__setstate__({name: value for name, value in state.items() if name != _KEY})
