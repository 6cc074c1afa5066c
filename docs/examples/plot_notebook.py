"""
Live in a notebook
==================

``skfocal.explore(X, y)`` shows a model on your own table in a notebook. Each change of a slider
fits it again: coefficients, log loss, average precision and the reliability of held-out rows follow
at once. This page is not a notebook, so it moves the sliders in code and draws what the widget
would show.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

import skfocal

# %%
# The widget
# ----------
# In a notebook, a cell that ends with ``widget`` shows it.

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
widget = skfocal.explore(X, y, C=0.1)
shown = widget.fit
print(f"{shown['n_train']} training rows, {shown['n_test']} held-out rows")
print({name: round(value, 3) for name, value in shown["log_loss"].items()})

# %%
# Moving a slider
# ---------------
# The sliders are traits: they can be read, set and observed. What is observed here is the fit.

track = []
widget.observe(lambda change: track.append(change["new"]), "fit")
gammas = np.round(np.linspace(0.2, 5, 25), 1)
for gamma in gammas:
    widget.gamma = gamma
print(f"{len(track)} fits")

# %%
# What the widget shows
# ---------------------
# Left: the coefficients shrink as γ grows, roughly as 1 / (1 + γ). Middle: the log loss of held-out
# rows. Right: the reliability at the last γ.

names = [name for name, _ in track[0]["coefficients"]][:8]
coefficients = np.array(
    [[dict(fit["coefficients"]).get(name, np.nan) for name in names] for fit in track]
)
colours = plt.colormaps["viridis"](np.linspace(0, 0.9, len(names)))

figure, axes = plt.subplots(1, 3, figsize=(14, 4.4), layout="constrained")
for column, name, colour in zip(coefficients.T, names, colours, strict=True):
    axes[0].plot(gammas, column, color=colour, label=name)
axes[0].axhline(0, color="0.7", linewidth=0.8)
axes[0].legend(frameon=False, fontsize=8)
axes[0].set(xlabel="γ", ylabel="coefficient", title="The largest coefficients")

for kind, colour, line in (("raw", "#D55E00", "--"), ("recovered", "#0072B2", "-")):
    losses = [fit["log_loss"][kind] for fit in track]
    axes[1].plot(gammas, losses, color=colour, linestyle=line, label=kind)
    bins = track[-1]["reliability"][kind]
    axes[2].plot(
        [each["probability"] for each in bins],
        [each["frequency"] for each in bins],
        "o",
        color=colour,
        linestyle=line,
        label=kind,
    )
axes[1].set(xlabel="γ", ylabel="log loss", title="Log loss of held-out rows", ylim=(0, None))
axes[1].legend(frameon=False)
axes[2].plot([0, 1], [0, 1], color="0.7", linewidth=0.8)
axes[2].set(
    xlabel="predicted probability", ylabel="frequency", title=f"Reliability at γ = {gammas[-1]:g}"
)
axes[2].legend(frameon=False)
plt.show()
