"""Errors that a comparison raises for its settings, its data and its directory."""

from __future__ import annotations

from skfocal._errors import ClusterError

__all__ = ["ClusterError", "DataError", "ModelError", "SettingError", "StoreError"]


class DataError(ValueError):
    """The data cannot be used, or a setting does not fit them; the message names the fix."""


class ModelError(RuntimeError):
    """A model cannot be written, or a model file cannot be used; the message names the fix."""


class SettingError(ValueError):
    """A parameter has a value that it may not have.

    Parameters
    ----------
    parameter : str
        Name of the parameter. The command line replaces it by the name of the option.
    problem : str
        The rest of the sentence: what is wrong, and what the value may be.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(parameter, problem)
        self.parameter = parameter
        self.problem = problem

    def __str__(self) -> str:
        """Return the whole sentence."""
        return f"{self.parameter} {self.problem}"


class StoreError(RuntimeError):
    """A directory of stored results cannot be used; the message names the fix."""
