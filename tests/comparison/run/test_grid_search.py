"""The scores of the linear methods are those of an independent grid search."""

from dataclasses import replace

import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skfocal.comparison import METHODS
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.run.cell import make_cells, run_cell

C = (0.01, 0.1, 1.0, 10.0)
RATIOS = (1.0, 0.5)


def exact(**params):
    return LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000, **params)


REFERENCES = {
    "logistic": (exact(), None, {}),
    "class_weight": (exact(class_weight="balanced"), None, {}),
    "oversample": (exact(), RandomOverSampler, {"sampling_strategy": RATIOS}),
    "undersample": (exact(), RandomUnderSampler, {"sampling_strategy": RATIOS}),
    "smote": (exact(), SMOTE, {"sampling_strategy": RATIOS, "k_neighbors": (3, 5)}),
}
OWN_NAMES = {"sampling_strategy": "ratio"}


@pytest.mark.parametrize("name", REFERENCES)
def test_scores_are_those_of_a_grid_search_of_the_libraries(name, numeric_table):
    classifier, sampler, sampling = REFERENCES[name]
    method = METHODS[name]
    own_sampling = {OWN_NAMES.get(one, one): values for one, values in sampling.items()}
    if method.sampler is None:
        method = replace(method, grid={"C": C, **own_sampling}, ranges={})
    else:
        method = replace(method, grid={"C": C}, sampler_grid=own_sampling, ranges={})
    (split,) = make_splits(numeric_table, cv=3, repeats=1, inner_cv=3, seed=0)[:1]
    (cell,) = make_cells([numeric_table], [[split]], [method])
    (found,) = run_cell(cell).rows

    steps = [("scale", StandardScaler()), ("classify", classifier)]
    if sampler is not None:
        steps.insert(1, ("sample", sampler(random_state=split.seed)))
    grid = {"classify__C": C, **{f"sample__{one}": values for one, values in sampling.items()}}
    search = GridSearchCV(Pipeline(steps), grid, scoring="average_precision", cv=list(split.inner))
    X, y = numeric_table.X, numeric_table.y
    search.fit(X.iloc[split.train], y[split.train])
    proba = search.predict_proba(X.iloc[split.test])[:, 1]
    expected = average_precision_score(y[split.test], proba)
    assert found["average_precision"] == pytest.approx(expected, abs=1e-6)
    assert found["log_loss"] == pytest.approx(log_loss(y[split.test], proba), abs=1e-6)
