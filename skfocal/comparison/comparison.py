"""A comparison: its results, with plots and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skfocal.comparison.recommendation.recommendation import Recommendation, recommend
from skfocal.comparison.report.matplotlib_figure import plot_figure
from skfocal.comparison.report.rendering import render, render_summary
from skfocal.comparison.report.writing import to_plain_data, write_files
from skfocal.comparison.results import Results
from skfocal.comparison.storage.files import write_text

__all__ = ["Comparison"]


class Comparison(Results):
    """Results of a comparison, with plots and files.

    It has the attributes and methods of `Results`: `scores`, `summary()` and others.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import compare
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
    >>> len(comparison.plot_ranking().axes)
    4
    """

    def __repr__(self) -> str:
        """Name the methods, the data and the best method."""
        names = list(self.data_sets["data_set"])
        data = repr(names[0]) if self.is_single else f"{len(names)} data sets"
        order, metric = self.method_order(), self.metrics[0]
        folds = self.settings.cv * self.settings.repeats
        return (
            f"<Comparison of {len(order)} methods on {data}, {folds} test folds; best by "
            f"{metric.label}: {order[0]}>"
        )

    def _repr_html_(self) -> str:
        """Show the answer and the ranking in a notebook."""
        return render_summary(self)

    def recommend(self, goal: str | None = None) -> Recommendation:
        """Recommend a method, for a reader who wants to decide.

        It is the simplest of the methods that are not significantly worse than the best.

        Parameters
        ----------
        goal : {"probabilities", "ranking", "decisions"}, default=None
            What the method is for: "probabilities" judges log loss, "ranking" average precision,
            "decisions" the score of the threshold rule at the tuned threshold. By default the goal
            of the comparison; without one, "decisions" if a threshold rule was chosen, the aspect
            of the first metric if metrics were chosen, and "probabilities" otherwise.

        Returns
        -------
        Recommendation
            With the method, the threshold, what to expect and how sure it is; also as a pipeline
            and as a script.

        Raises
        ------
        SettingError
            If there is no such goal (a ValueError).
        DataError
            If every method failed on some fold (a ValueError).

        Examples
        --------
        >>> from sklearn.datasets import make_classification
        >>> from skfocal.comparison import compare
        >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
        >>> comparison = compare(X, y, methods=["class_weight"], cv=2, repeats=1)
        >>> recommendation = comparison.recommend("ranking")
        >>> recommendation.method
        'logistic'
        >>> [name for name, _ in recommendation.estimator().steps]
        ['encode', 'one_hot', 'classify']
        """
        return recommend(self, goal)

    def plot(self, name: str) -> Any:
        """Draw a figure of the report with matplotlib.

        Parameters
        ----------
        name : str
            Name of the figure, such as "ranking", "differences", "roc", "precision_recall",
            "threshold", "reliability" or "cost", or of a registered one.

        Returns
        -------
        matplotlib Figure
            A figure with one Axes for each drawing, and a legend below curves and differences.
            Axes are in the units of the data: thresholds as log-odds and ratios of times as powers
            of 2.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such figure, it was registered with drawings as SVG, or it has nothing
            to draw, such as "roc", "precision_recall" and "threshold" without a table with two
            classes. An HTML report leaves such a figure out.

        Notes
        -----
        The figure is managed by pyplot. In a notebook, assign it, as in
        ``figure = comparison.plot("roc")``; otherwise it is shown twice.
        """
        return plot_figure(self, name)

    def plot_ranking(self) -> Any:
        """Draw mean ranks with intervals or, with a single data set, mean scores."""
        return self.plot("ranking")

    def plot_differences(self) -> Any:
        """Draw the differences from the baseline on every data set, with intervals."""
        return self.plot("differences")

    def plot_roc(self) -> Any:
        """Draw the ROC curve of every method, over binary data sets."""
        return self.plot("roc")

    def plot_precision_recall(self) -> Any:
        """Draw the precision-recall curve of every method, over binary data sets."""
        return self.plot("precision_recall")

    def plot_reliability(self) -> Any:
        """Draw the reliability diagram of every method, with consistency bars."""
        return self.plot("reliability")

    def plot_thresholds(self) -> Any:
        """Draw the score that the threshold rule optimises against the threshold."""
        return self.plot("threshold")

    def plot_cost(self) -> Any:
        """Draw the times of a fit and a prediction relative to the baseline."""
        return self.plot("cost")

    def to_html(self, path: str | Path, *, command: str | None = None) -> Path:
        """Write the report as one file that needs no network.

        Parameters
        ----------
        path : str or Path
            The file.
        command : str, default=None
            Command line to show in place of the one that the comparison was made with.

        Returns
        -------
        Path
            The file.
        """
        return write_text(Path(path), render(self, command=command))

    def write(self, directory: str | Path, *, command: str | None = None) -> list[Path]:
        """Write the report, and the same numbers in other formats, to a directory.

        The files are `report.html`, `report.md`, `scores.csv`, `summary.json` and, if pyarrow is
        installed, `scores.parquet`. Each file appears when it is complete, so that an
        interruption leaves no partial file.

        Parameters
        ----------
        directory : str or Path
            Directory of the files; it is created if it does not exist.
        command : str, default=None
            Command line that repeats the comparison; by default the one it was made with.

        Returns
        -------
        list of Path
            The files, `report.html` first.
        """
        return write_files(self, Path(directory), command=command)

    def to_dict(self, *, command: str | None = None) -> dict[str, Any]:
        """Return the manifest, the data sets, the ranking and the differences as plain data.

        Parameters
        ----------
        command : str, default=None
            Command line that repeats it; by default the one it was made with.

        Returns
        -------
        dict
            What `summary.json` holds.
        """
        return to_plain_data(self, command=command)
