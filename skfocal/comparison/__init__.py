"""Compare methods for class imbalance on your own tables (needs ``skfocal[compare]``)."""

from typing import TYPE_CHECKING

from skfocal._lazy import lazy_names

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison
    from skfocal.comparison.data.preparation import (
        Layout,
        column_encoder,
        column_layout,
        one_hot_encoder,
    )
    from skfocal.comparison.data.reading import read_table
    from skfocal.comparison.data.splits import Split, make_splits
    from skfocal.comparison.data.tables import Table, make_table, table_from_frame
    from skfocal.comparison.deployment.fitting import fit_model
    from skfocal.comparison.deployment.model import Model
    from skfocal.comparison.deployment.model_file import load_model, save_model
    from skfocal.comparison.entry import compare, compare_tables, load_comparison
    from skfocal.comparison.errors import (
        ClusterError,
        DataError,
        ModelError,
        SettingError,
        StoreError,
    )
    from skfocal.comparison.methods.catalogue import BASELINE, METHODS, ON_REQUEST
    from skfocal.comparison.methods.method import Method
    from skfocal.comparison.plan import ComparisonPlan, make_plan, run_plan
    from skfocal.comparison.recommendation.recommendation import Recommendation
    from skfocal.comparison.report.figures.figure import ReportFigure, SvgPanel, register_figure
    from skfocal.comparison.report.rank_diagram import rank_diagram
    from skfocal.comparison.results import Results
    from skfocal.comparison.run.progress import progress_on_stderr
    from skfocal.comparison.run.schedule import Status
    from skfocal.comparison.scoring.fold_predictions import FoldPredictions
    from skfocal.comparison.scoring.metric import Metric
    from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS
    from skfocal.comparison.statistics.differences import compare_all_pairs
    from skfocal.comparison.statistics.intervals import median_interval
    from skfocal.comparison.statistics.summary import rank_methods
    from skfocal.comparison.storage.environment import environment
    from skfocal.comparison.storage.runs import merge_runs

__all__ = [
    "BASELINE",
    "DESCRIPTIONS",
    "METHODS",
    "METRICS",
    "ON_REQUEST",
    "ClusterError",
    "Comparison",
    "ComparisonPlan",
    "DataError",
    "FoldPredictions",
    "Layout",
    "Method",
    "Metric",
    "Model",
    "ModelError",
    "Recommendation",
    "ReportFigure",
    "Results",
    "SettingError",
    "Split",
    "Status",
    "StoreError",
    "SvgPanel",
    "Table",
    "column_encoder",
    "column_layout",
    "compare",
    "compare_all_pairs",
    "compare_tables",
    "environment",
    "fit_model",
    "load_comparison",
    "load_model",
    "make_plan",
    "make_splits",
    "make_table",
    "median_interval",
    "merge_runs",
    "one_hot_encoder",
    "progress_on_stderr",
    "rank_diagram",
    "rank_methods",
    "read_table",
    "register_figure",
    "run_plan",
    "save_model",
    "table_from_frame",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "skfocal.comparison.comparison": ["Comparison"],
        "skfocal.comparison.data.preparation": [
            "Layout",
            "column_encoder",
            "column_layout",
            "one_hot_encoder",
        ],
        "skfocal.comparison.data.reading": ["read_table"],
        "skfocal.comparison.data.splits": ["Split", "make_splits"],
        "skfocal.comparison.data.tables": ["Table", "make_table", "table_from_frame"],
        "skfocal.comparison.deployment.fitting": ["fit_model"],
        "skfocal.comparison.deployment.model": ["Model"],
        "skfocal.comparison.deployment.model_file": ["load_model", "save_model"],
        "skfocal.comparison.entry": ["compare", "compare_tables", "load_comparison"],
        "skfocal.comparison.errors": [
            "ClusterError",
            "DataError",
            "ModelError",
            "SettingError",
            "StoreError",
        ],
        "skfocal.comparison.methods.catalogue": ["BASELINE", "METHODS", "ON_REQUEST"],
        "skfocal.comparison.methods.method": ["Method"],
        "skfocal.comparison.plan": ["ComparisonPlan", "make_plan", "run_plan"],
        "skfocal.comparison.recommendation.recommendation": ["Recommendation"],
        "skfocal.comparison.report.rank_diagram": ["rank_diagram"],
        "skfocal.comparison.report.figures.figure": ["ReportFigure", "SvgPanel", "register_figure"],
        "skfocal.comparison.results": ["Results"],
        "skfocal.comparison.run.progress": ["progress_on_stderr"],
        "skfocal.comparison.run.schedule": ["Status"],
        "skfocal.comparison.scoring.fold_predictions": ["FoldPredictions"],
        "skfocal.comparison.scoring.metric": ["Metric"],
        "skfocal.comparison.scoring.metrics": ["DESCRIPTIONS", "METRICS"],
        "skfocal.comparison.statistics.differences": ["compare_all_pairs"],
        "skfocal.comparison.statistics.intervals": ["median_interval"],
        "skfocal.comparison.statistics.summary": ["rank_methods"],
        "skfocal.comparison.storage.environment": ["environment"],
        "skfocal.comparison.storage.runs": ["merge_runs"],
    },
)
