"""
Many rare topics in text
========================

News agency reports on 52 topics. The two largest topics hold two thirds of the reports, and more
than half of the topics have fewer than twenty. The table is sparse: one column for each word.

The accuracy hides the rare topics, so this example looks at each topic. It also asks whether rare
topics need another loss, or only other decisions.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score, log_loss

from skfocal import FocalLogisticRegression

# %%
# The data
# --------
# The split into training and test reports is the usual one of this collection (Reuters-52).

[root] = find_spec("orangecontrib").submodule_search_locations
files = [Path(root) / f"text/datasets/reuters-r52-{part}.tab" for part in ("train", "test")]
train, test = (pd.read_csv(file, sep="\t", skiprows=[1, 2]).dropna() for file in files)
sizes = train["Category"].value_counts()
print(f"{len(train):,} reports to learn from, {len(test):,} to predict, {len(sizes)} topics")
print(f"the two largest topics: {sizes.iloc[:2].sum() / len(train):.0%} of the reports")
print(f"topics with fewer than twenty reports: {(sizes < 20).sum()}")

words = TfidfVectorizer(max_features=2000, sublinear_tf=True, stop_words="english")
X_train, X_test = words.fit_transform(train["Text"]), words.transform(test["Text"])
print(f"{X_train.nnz / np.prod(X_train.shape):.1%} of the values are not zero")

# %%
# Three losses
# ------------
# The losses shrink as γ grows, so that the focal model gets a larger *C*. The tolerance is coarse,
# which is enough for words.

models = {
    "logistic regression": FocalLogisticRegression(gamma=0, C=10, tol=1e-2),
    "focal loss, γ = 2": FocalLogisticRegression(gamma=2, C=30, tol=1e-2),
    "class weights": FocalLogisticRegression(gamma=0, alpha="balanced", C=10, tol=1e-2),
}
predicted, probability = {}, {}
for name, model in models.items():
    predicted[name] = model.fit(X_train, train["Category"]).predict(X_test)
    probability[name] = model.predict_proba(X_test)

# %%
# Other decisions
# ---------------
# The model without weights has probabilities, so that other decisions need no other fit. If each
# topic is to count the same, choose the topic with the largest ratio of its probability to its
# share of the reports. That is what class weights aim at.

classes = models["logistic regression"].classes_
share = sizes[classes].to_numpy() / len(train)
ratio = probability["logistic regression"] / share
predicted["logistic, other decisions"] = classes[ratio.argmax(axis=1)]

for name, labels in predicted.items():
    loss = log_loss(test["Category"], probability.get(name, probability["logistic regression"]))
    print(
        f"{name:26} accuracy {accuracy_score(test['Category'], labels):.3f}, "
        f"mean F1 over topics {f1_score(test['Category'], labels, average='macro'):.3f}, "
        f"log loss {loss:.3f}"
    )

# %%
# Focal loss with γ = 2 is close to logistic regression. Class weights find more of the rare topics,
# and so do other decisions of the model without weights, whose probabilities are better.
#
# Topic by topic
# --------------
# Left: the mean F1 of topics of similar size. Right: each topic with fewer than a hundred reports,
# by both decisions of the same model. Above the line the other decision is better.

f1 = pd.DataFrame(
    {
        name: f1_score(test["Category"], labels, labels=classes, average=None, zero_division=0)
        for name, labels in predicted.items()
    },
    index=classes,
)
bands = pd.cut(sizes[classes], [0, 9, 19, 99, 10_000], labels=["< 10", "10-19", "20-99", "≥ 100"])
means = f1.groupby(bands, observed=False).mean()
counts = bands.value_counts().reindex(means.index)

figure, axes = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
colours = ["#000000", "#0072B2", "#E69F00", "#56B4E9"]
for place, (name, colour) in enumerate(zip(means, colours, strict=True)):
    axes[0].bar(np.arange(4) + 0.2 * place - 0.3, means[name], 0.19, color=colour, label=name)
labels = [f"{band}\n({count} topics)" for band, count in counts.items()]
axes[0].set(xticks=range(4), xticklabels=labels, ylabel="mean F1", ylim=(0, 1.2))
axes[0].set(xlabel="training reports per topic", title="F1 by the size of the topic")
axes[0].legend(frameon=False, loc="upper left", ncols=2)

rare = f1[(sizes[classes] < 100).to_numpy()]
plain, other = rare["logistic regression"], rare["logistic, other decisions"]
image = axes[1].scatter(plain, other, c=np.log10(sizes[rare.index]), cmap="viridis_r", zorder=2)
axes[1].plot([0, 1], [0, 1], color="0.7", linewidth=0.8, zorder=1)
for place, topics in rare.groupby([plain, other]).groups.items():
    if place[1] - place[0] > 0.4:
        axes[1].annotate(", ".join(topics), (place[0] + 0.03, place[1] - 0.01), fontsize=8)
axes[1].set(xlabel="F1, most probable topic", ylabel="F1, topics count the same", aspect="equal")
axes[1].set(title="One model, two decisions")
bar = figure.colorbar(image, ax=axes[1], label="training reports")
bar.set_ticks(np.log10([2, 5, 10, 20, 50]), labels=["2", "5", "10", "20", "50"])
plt.show()
