"""Callbacks of scikit-learn in fits, in searches and in scikit-learn's searches."""

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV

from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV


@pytest.fixture(params=[2, 3])
def table(request):
    return make_classification(
        200, 4, n_informative=3, n_redundant=0, n_classes=request.param, flip_y=0.3, random_state=0
    )


# The names of the arguments are scikit-learn's.
# ruff: noqa: ARG002
class Recorder:
    """Callback that records tasks and the scores of the models at their start and end."""

    max_propagation_depth = None

    def __init__(self):
        self.events = []

    def setup(self, estimator, context):
        self.events.append(("setup", type(estimator).__name__))

    def teardown(self, estimator, context):
        self.events.append(("teardown", type(estimator).__name__))

    def on_fit_task_begin(self, estimator, context, *, X, y, fitted_estimator):
        score = None if fitted_estimator is None else fitted_estimator.score(X, y)
        self.events.append(("begin", context.task_name, score))

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        score = None if fitted_estimator is None else fitted_estimator.score(X, y)
        self.events.append(("end", context.task_name, score, metadata))

    def count(self, hook, name):
        return sum(event[:2] == (hook, name) for event in self.events)


class RecorderOfOne(Recorder):
    """Callback that is not propagated to inner estimators."""

    max_propagation_depth = 0


def small_search(**parameters):
    return FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=3, **parameters)


def test_fit_reports_every_iteration(table):
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder).fit(*table)

    assert recorder.events[0] == ("setup", "FocalLogisticRegression")
    assert recorder.events[-1] == ("teardown", "FocalLogisticRegression")
    assert recorder.count("begin", "fit") == recorder.count("end", "fit") == 1
    # The task after the last iteration has begun when the solver stops.
    assert recorder.count("begin", "lbfgs-iter") == model.n_iter_ + 1
    assert recorder.count("end", "lbfgs-iter") == model.n_iter_ + 1


def test_callbacks_receive_a_fitted_model(table):
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder).fit(*table)
    scores = [event[2] for event in recorder.events if event[:2] == ("end", "lbfgs-iter")]

    assert scores[-1] is None
    assert scores[-2] == model.score(*table)
    assert recorder.events[-2][2] == model.score(*table)


def test_iteration_begins_with_the_model_of_the_previous_one(table):
    recorder = Recorder()
    FocalLogisticRegression().set_callbacks(recorder).fit(*table)
    iterations = [event for event in recorder.events if event[1] == "lbfgs-iter"]
    begun = [event[2] for event in iterations if event[0] == "begin"]
    ended = [event[2] for event in iterations if event[0] == "end"]

    # The initial model predicts the most frequent class.
    assert begun[0] == np.bincount(table[1]).max() / len(table[1])
    assert begun[1:] == ended[:-1]


def test_callbacks_receive_sample_weight(table):
    recorder = Recorder()
    weight = np.ones(len(table[1]))
    FocalLogisticRegression().set_callbacks(recorder).fit(*table, sample_weight=weight)

    assert recorder.events[-2][3].keys() == {"sample_weight"}


def test_callbacks_do_not_change_the_fit(table):
    observed = FocalLogisticRegression().set_callbacks(Recorder()).fit(*table)
    expected = FocalLogisticRegression().fit(*table)

    np.testing.assert_array_equal(observed.coef_, expected.coef_)
    assert observed.n_iter_ == expected.n_iter_


def test_callbacks_are_torn_down_after_an_error():
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder)
    with pytest.raises(ValueError, match="finite"):
        model.fit([[0.0], [1e300]], [0, 1])

    assert recorder.events[-1] == ("teardown", "FocalLogisticRegression")
    assert recorder.count("end", "fit") == 0


def test_search_reports_folds_gammas_and_the_refit(table):
    recorder = Recorder()
    search = small_search().set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "fold") == recorder.count("end", "fold") == 3
    assert recorder.count("begin", "gamma") == recorder.count("end", "gamma") == 3 * 2
    assert recorder.count("begin", "lbfgs-iter") == search.n_iter_ + 1
    assert recorder.events[0] == ("setup", "FocalLogisticRegressionCV")
    assert recorder.events[-1] == ("teardown", "FocalLogisticRegressionCV")
    assert recorder.events[-2][2] == pytest.approx(search.score(*table), rel=1e-12)


def test_search_without_refit_reports_no_model(table):
    recorder = Recorder()
    small_search(refit=False).set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "lbfgs-iter") == 0
    assert all(event[2] is None for event in recorder.events if event[0] == "end")


def test_callbacks_that_are_not_propagated_report_the_search_only(table):
    recorder = RecorderOfOne()
    small_search().set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "fold") == 3
    assert recorder.count("begin", "lbfgs-iter") == 0


@pytest.mark.parametrize("estimator", [FocalLogisticRegression(), small_search()])
def test_callbacks_are_propagated_from_a_grid_search(estimator, table):
    recorder = Recorder()
    grid = GridSearchCV(estimator, {"fit_intercept": [True, False]}, cv=2)
    grid.set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "lbfgs-iter") >= 5
    assert recorder.count("begin", "lbfgs-iter") == recorder.count("end", "lbfgs-iter")
    assert recorder.count("setup", "GridSearchCV") == 1
    assert recorder.count("setup", type(estimator).__name__) == 0


@pytest.mark.parametrize(
    "estimator",
    [
        FocalLogisticRegression(),
        small_search(),
        GridSearchCV(FocalLogisticRegression(), {"gamma": [0, 2]}, cv=2),
    ],
)
def test_progress_bar_prints_the_estimator(estimator, table, capfd):
    estimator.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(*table)

    assert type(estimator).__name__ in capfd.readouterr().out


@pytest.mark.slow
def test_progress_bar_prints_tasks_of_other_processes(table, capfd):
    with parallel_config("loky", n_jobs=2):
        small_search(n_jobs=2).set_callbacks(ProgressBar()).fit(*table)

    assert "fold" in capfd.readouterr().out


def test_scoring_monitor_records_every_iteration(table):
    monitor = ScoringMonitor(scoring="neg_log_loss")
    FocalLogisticRegression().set_callbacks(monitor).fit(*table)
    scores = monitor.get_logs().data_as_pandas["neg_log_loss"]

    assert scores.iloc[-1] >= scores.iloc[0]
