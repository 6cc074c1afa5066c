"""The explorer: focal loss as an interactive page, in the browser and in notebooks."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from skfocal.explorer._page import write_element, write_page

__all__ = ["explore", "write_element", "write_page"]


def explore(
    X: Any = None,
    y: ArrayLike | None = None,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    C: float = 1.0,
    test_size: float = 0.25,
    random_state: int | None = 0,
) -> Any:
    """Explore focal loss in a notebook.

    Without data, the widget shows the loss, a fit on a small sample, the recovered posterior and a
    calculator. With data, it shows `FocalLogisticRegression` on the data, fitted again at every
    change of `gamma`, `alpha` or `C`: coefficients, log loss, average precision and the reliability
    of held-out rows.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features), default=None
        Data. Missing numbers are replaced by the median, numeric columns are standardised, and the
        other columns of a data frame are one-hot encoded. The columns of a sparse matrix are scaled
        but not centred.
    y : array-like of shape (n_samples,), default=None
        Labels of two classes. Class 1 is the rarer one.
    gamma : float, default=2.0
        Focusing parameter at the start, >= 0.
    alpha : float, default=None
        Weight of class 1 at the start, in (0, 1). None means no class weights.
    C : float, default=1.0
        Inverse of the strength of the L2 penalty at the start, > 0. Used only with data.
    test_size : float, default=0.25
        Fraction of the rows that are held out. Used only with data.
    random_state : int, default=0
        Seed of the split. Used only with data.

    Returns
    -------
    widget : anywidget.AnyWidget
        Widget with the traits `gamma` and `alpha`, which can be read, set and observed. With data
        it also has the trait `C`, and the trait `fit` with the numbers that are shown.

    Raises
    ------
    ImportError
        If anywidget is not installed.
    ValueError
        If only one of `X` and `y` is given, or if `y` does not have two classes or has missing
        labels.
    traitlets.TraitError
        If `gamma`, `alpha` or `C` is out of its range.

    See Also
    --------
    skfocal.explorer.write_page : The explorer as an HTML file.

    Examples
    --------
    >>> import skfocal
    >>> widget = skfocal.explore(gamma=1.0)
    >>> widget.gamma
    1.0
    """
    try:
        from skfocal.explorer._table import split_table  # noqa: PLC0415  # only with the extra
        from skfocal.explorer._widget import FocalExplorer, TableExplorer  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{error}; skfocal.explore needs anywidget: pip install 'skfocal[notebook]'"
        ) from error
    if (X is None) != (y is None):
        raise ValueError("X and y must be given together; got only one of them.")
    if X is None or y is None:
        return FocalExplorer(gamma=gamma, alpha=alpha)
    table = split_table(X, y, test_size=test_size, random_state=random_state)
    return TableExplorer(table, gamma=gamma, alpha=alpha, C=C)
