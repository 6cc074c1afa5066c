"""scikit-learn's callbacks in fits, in searches and inside scikit-learn's own searches."""

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
    """Notes which tasks begin and end, and how well a fit would do that stopped there."""

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
    """Stays with the estimator that it was set on."""

    max_propagation_depth = 0


def small_search(**parameters):
    return FocalLogisticRegressionCV((0, 2), (None,), (0.1, 1.0), cv=3, **parameters)


def test_a_fit_tells_of_every_iteration(table):
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder).fit(*table)

    assert recorder.events[0] == ("setup", "FocalLogisticRegression")
    assert recorder.events[-1] == ("teardown", "FocalLogisticRegression")
    assert recorder.count("begin", "fit") == recorder.count("end", "fit") == 1
    # One task is open when the solver stops.
    assert recorder.count("begin", "lbfgs-iter") == model.n_iter_ + 1
    assert recorder.count("end", "lbfgs-iter") == model.n_iter_ + 1


def test_callbacks_see_a_model_that_can_predict(table):
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder).fit(*table)
    scores = [event[2] for event in recorder.events if event[:2] == ("end", "lbfgs-iter")]

    assert scores[-1] is None
    assert scores[-2] == model.score(*table)
    assert recorder.events[-2][2] == model.score(*table)


def test_an_iteration_begins_with_the_model_of_the_one_before(table):
    recorder = Recorder()
    FocalLogisticRegression().set_callbacks(recorder).fit(*table)
    iterations = [event for event in recorder.events if event[1] == "lbfgs-iter"]
    begun = [event[2] for event in iterations if event[0] == "begin"]
    ended = [event[2] for event in iterations if event[0] == "end"]

    # At the start every row gets the most frequent class.
    assert begun[0] == np.bincount(table[1]).max() / len(table[1])
    assert begun[1:] == ended[:-1]


def test_callbacks_see_the_sample_weight(table):
    recorder = Recorder()
    weight = np.ones(len(table[1]))
    FocalLogisticRegression().set_callbacks(recorder).fit(*table, sample_weight=weight)

    assert recorder.events[-2][3].keys() == {"sample_weight"}


def test_callbacks_leave_the_fit_as_it_is(table):
    watched = FocalLogisticRegression().set_callbacks(Recorder()).fit(*table)
    alone = FocalLogisticRegression().fit(*table)

    np.testing.assert_array_equal(watched.coef_, alone.coef_)
    assert watched.n_iter_ == alone.n_iter_


def test_a_fit_that_fails_tears_its_callbacks_down():
    recorder = Recorder()
    model = FocalLogisticRegression().set_callbacks(recorder)
    with pytest.raises(ValueError, match="finite"):
        model.fit([[0.0], [1e300]], [0, 1])

    assert recorder.events[-1] == ("teardown", "FocalLogisticRegression")
    assert recorder.count("end", "fit") == 0


def test_a_search_tells_of_folds_of_gammas_and_of_the_last_fit(table):
    recorder = Recorder()
    search = small_search().set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "fold") == recorder.count("end", "fold") == 3
    assert recorder.count("begin", "gamma") == recorder.count("end", "gamma") == 3 * 2
    assert recorder.count("begin", "lbfgs-iter") == search.n_iter_ + 1
    assert recorder.events[0] == ("setup", "FocalLogisticRegressionCV")
    assert recorder.events[-1] == ("teardown", "FocalLogisticRegressionCV")
    assert recorder.events[-2][2] == pytest.approx(search.score(*table), rel=1e-12)


def test_without_a_last_fit_there_is_no_model_to_see(table):
    recorder = Recorder()
    small_search(refit=False).set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "lbfgs-iter") == 0
    assert all(event[2] is None for event in recorder.events if event[0] == "end")


def test_callbacks_may_stay_with_the_search(table):
    recorder = RecorderOfOne()
    small_search().set_callbacks(recorder).fit(*table)

    assert recorder.count("begin", "fold") == 3
    assert recorder.count("begin", "lbfgs-iter") == 0


@pytest.mark.parametrize("estimator", [FocalLogisticRegression(), small_search()])
def test_callbacks_reach_into_a_grid_search(estimator, table):
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
def test_progress_bars_are_drawn(estimator, table, capfd):
    estimator.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(*table)

    assert type(estimator).__name__ in capfd.readouterr().out


@pytest.mark.slow
def test_progress_bars_come_from_other_processes(table, capfd):
    with parallel_config("loky", n_jobs=2):
        small_search(n_jobs=2).set_callbacks(ProgressBar()).fit(*table)

    assert "fold" in capfd.readouterr().out


def test_scores_are_monitored_iteration_by_iteration(table):
    monitor = ScoringMonitor(scoring="neg_log_loss")
    FocalLogisticRegression().set_callbacks(monitor).fit(*table)
    scores = monitor.get_logs().data_as_pandas["neg_log_loss"]

    assert scores.iloc[-1] >= scores.iloc[0]
