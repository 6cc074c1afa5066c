"""
Tagging the few names in a text
===============================

Speech recognition may write everything in lower case. Which words are names? Few words are, so this
is an imbalanced problem with one row for each word and many sparse columns.

Tagged text comes for free: where a text has capitals, a word that is capitalised inside a sentence
is taken as a name. The model sees the text without capitals. It learns from half of the passages of
each tale, as if an editor had tagged these, and tags the others.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.metrics import average_precision_score, log_loss, precision_recall_curve

from skfocal import FocalLogisticRegression

# %%
# The texts
# ---------
# Tales of the brothers Grimm, in passages of ten sentences.

[root] = find_spec("orangecontrib").submodule_search_locations
tales = pd.read_csv(Path(root) / "text/datasets/grimm-tales.tab", sep="\t", skiprows=[1, 2])


def read_words(tale):
    """Return a frame of the words of a tale with what precedes each, and its passage."""
    tokens = re.findall(r"[A-Za-z]+|[^\sA-Za-z]", tale)
    rows, before, sentence = [], ".", 0
    for token in tokens:
        if token[0].isalpha():
            rows.append((token, before, sentence // 10))
        sentence += token in {".", "!", "?"}
        before = token
    return pd.DataFrame(rows, columns=["word", "before", "passage"])


def describe(words):
    """Return the features of each word: itself, its neighbours, its beginning and its end."""
    padded = ["", "", *words, ""]
    for second, first, word, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts = {"word": word, "before": first, "two before": second, "after": after}
        parts |= {"around": f"{first} {after}", "begin": word[:3], "end": word[-3:]}
        yield parts


text = pd.concat([read_words(tale) for tale in tales["Content"]], keys=range(len(tales)))
lower = text["word"].str.lower().tolist()
is_name = text["word"].str[0].str.isupper() & ~text["word"].isin(["I", "O"])
# The first word of a sentence or of speech has a capital anyway: its tag is unknown.
known = text["before"].str.isalpha() | (text["before"] == ",")
trains = text["passage"] % 2 == 0
y, train, test = (each.to_numpy() for each in (is_name, known & trains, known & ~trains))
print(f"{len(text):,} words of {len(tales)} tales")
print(f"{y[known].mean():.1%} of those with a known tag are names")

# %%
# Three models
# ------------

features = list(describe(lower))
vectorizer = DictVectorizer()
X_train = vectorizer.fit_transform([features[i] for i in np.flatnonzero(train)])
X_test = vectorizer.transform([features[i] for i in np.flatnonzero(test)])
print(f"{X_train.shape[1]:,} columns, {X_train.nnz // X_train.shape[0]} values in each row")

models = {
    "logistic regression": FocalLogisticRegression(gamma=0),
    "focal loss, plain sigmoid": FocalLogisticRegression(gamma=2, probability="link"),
    "focal loss, recovered": FocalLogisticRegression(gamma=2),
}
probability = {}
for name, model in models.items():
    values = model.fit(X_train, y[train]).predict_proba(X_test)[:, 1]
    probability[name] = values
    print(
        f"{name:26} average precision {average_precision_score(y[test], values):.3f}, "
        f"log loss {log_loss(y[test], values):.4f}, names expected {values.sum():.0f}"
    )
print(f"names in the test passages: {y[test].sum()}")

# %%
# The models rank most names first. Focal loss is as good as logistic regression here; a difference
# this small, on one split, is no evidence for either. Its plain sigmoid is useless as a
# probability: it expects several times as many names as there are. Both models expect too few: they
# cannot know a name that they have never met.
#
# A passage as the model sees it
# ------------------------------
# The darker the background, the more probable a name. Words in bold are tagged as names. The
# passage is the one in which the model expects most. Some tags are wrong, and limit what any model
# can reach: the first word of a line of verse has a capital, too.

passages = text.index.get_level_values(0).to_numpy() * 1000 + text["passage"].to_numpy()
densest = pd.Series(probability["focal loss, recovered"]).groupby(passages[test]).sum().idxmax()
shown = np.flatnonzero(passages == densest)[:130]
shading = models["focal loss, recovered"].predict_proba(
    vectorizer.transform([features[i] for i in shown])
)[:, 1]

figure, axes = plt.subplots(
    1, 2, figsize=(13, 4.6), layout="constrained", gridspec_kw={"width_ratios": [1, 1.9]}
)
for name, style in (("logistic regression", "k-"), ("focal loss, recovered", "b:")):
    precision, recall, _ = precision_recall_curve(y[test], probability[name])
    axes[0].plot(recall, precision, style, label=name)
axes[0].set(title="Names in the test passages", xlabel="recall", ylabel="precision")
axes[0].legend(frameon=False, loc="lower left")

WIDTH, column, line = 90, 0, 0
for i, value in zip(shown, shading, strict=True):
    word = lower[i]
    if column + len(word) > WIDTH:
        column, line = 0, line + 1
    axes[1].text(
        column,
        -line,
        word,
        family="monospace",
        fontsize=10,
        weight="bold" if is_name.iloc[i] and known.iloc[i] else "normal",
        color="white" if value > 0.6 else "black",
        bbox={"facecolor": plt.colormaps["Blues"](value), "edgecolor": "none", "pad": 1.5},
    )
    column += len(word) + 1
axes[1].set(xlim=(-1, WIDTH), ylim=(-line - 1, 1.5))
axes[1].set_title(f"From “{tales['Title'][densest // 1000]}”")
axes[1].axis("off")
plt.show()
