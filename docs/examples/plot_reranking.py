"""
Retrieving the few relevant documents of a query
================================================

A search engine first retrieves candidates by a fast score and then ranks them again by a model with
more features. Few candidates are relevant, so the model learns from an imbalanced table with one
row for each pair of a query and a candidate.

Queries are the first words of news agency reports on small topics. A report is relevant if it has
the topic of the query. The model is tested on topics that it has never seen.
"""

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, normalize

from skfocal import FocalLogisticRegression

# %%
# Documents and queries
# ---------------------

[root] = find_spec("orangecontrib").submodule_search_locations
files = [Path(root) / f"text/datasets/reuters-r52-{part}.tab" for part in ("train", "test")]
parts = [pd.read_csv(file, sep="\t", skiprows=[1, 2]).dropna() for file in files]
reports = pd.concat(parts, ignore_index=True)
topic, text = reports["Category"].to_numpy(), reports["Text"]
size = reports["Category"].map(reports["Category"].value_counts())

N_CANDIDATES = 200
rng = np.random.default_rng(0)
query = rng.choice(np.flatnonzero(size.between(8, 40)), 250, replace=False)
words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2)
documents = words.fit_transform(text)
queries = words.transform(text[query].str.split().str[:12].str.join(" "))

# %%
# The first stage: the candidates are the reports with the largest cosine similarity to the query.

cosine = (queries @ documents.T).toarray()
cosine[np.arange(len(query)), query] = -1  # not the report that the query is taken from
candidates = np.argsort(-cosine, axis=1)[:, :N_CANDIDATES]
row, document = np.repeat(np.arange(len(query)), N_CANDIDATES), candidates.ravel()
y = topic[document] == topic[query][row]
print(f"{len(query)} queries, {len(y):,} candidates, {y.mean():.1%} relevant")

# %%
# The second stage
# ----------------
# More features of each pair: the similarity of the topics of their words (latent semantic
# analysis), the share of the words of the query that occur, the length, and the rank.

semantics = TruncatedSVD(60, random_state=0)
meaning = normalize(semantics.fit_transform(documents))
of_query = normalize(semantics.transform(queries))
shared = ((queries > 0).astype(float) @ (documents > 0).astype(float).T).toarray()
X = np.column_stack(
    [
        cosine[row, document],
        (of_query[row] * meaning[document]).sum(axis=1),
        shared[row, document] / np.maximum(queries.getnnz(axis=1), 1)[row],
        np.log(text.str.split().str.len().to_numpy()[document]),
        np.tile(np.log1p(np.arange(N_CANDIDATES)), len(query)),
    ]
)
models = {
    "logistic regression": FocalLogisticRegression(gamma=0),
    "focal loss, plain sigmoid": FocalLogisticRegression(gamma=2, probability="link"),
    "focal loss, recovered": FocalLogisticRegression(gamma=2),
}
score = {"cosine": cosine[row, document], **{name: np.empty(len(y)) for name in models}}
for train, test in GroupKFold(5).split(X, y, groups=topic[query][row]):
    for name, model in models.items():
        fitted = make_pipeline(StandardScaler(), model).fit(X[train], y[train])
        score[name][test] = fitted.predict_proba(X[test])[:, 1]

# %%
# How good is the order?
# ----------------------
# The average precision of each query with relevant candidates, and the mean over queries.

relevant = y.reshape(len(query), N_CANDIDATES)
answered = relevant.any(axis=1)
precision = pd.DataFrame(
    {
        name: [
            average_precision_score(hits, values)
            for hits, values in zip(relevant, each.reshape(relevant.shape), strict=True)
            if hits.any()
        ]
        for name, each in score.items()
    }
)
print(f"{'cosine':26} {precision['cosine'].mean():.3f}")
for name in models:
    better = (precision[name] > precision["cosine"]).mean()
    print(f"{name:26} {precision[name].mean():.3f}, better than the cosine on {better:.0%}")
print(f"\nrelevant candidates: {y.sum():,}")
for name in models:
    print(f"expected by {name + ':':26} {score[name].sum():,.0f}")

# %%
# The second stage improves most lists, the mean by a little. The loss makes no difference to the
# order. It makes one to the number of relevant documents that are expected: the plain sigmoid of
# focal loss expects far too many.
#
# The pictures
# ------------
# Each dot is a query. Left: the further above the line, the more the second stage improves its
# list. Right: the number of relevant candidates, expected and actual. Recovered, it is right on
# average. For a single query it is uncertain: these features are better for the order than for the
# number.

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
blue, orange = "#0072B2", "#D55E00"
axes[0].plot([0, 1], [0, 1], color="0.7", linewidth=0.8)
axes[0].scatter(precision["cosine"], precision["focal loss, recovered"], s=14, color=blue)
axes[0].set(xlabel="cosine", ylabel="second stage", title="Average precision")
axes[0].set(aspect="equal", xlim=(0, 1), ylim=(0, 1))
kinds = {"focal loss, plain sigmoid": (orange, "x"), "focal loss, recovered": (blue, "o")}
for name, (colour, marker) in kinds.items():
    expected = score[name].reshape(relevant.shape).sum(axis=1)
    axes[1].scatter(expected, relevant.sum(axis=1), s=14, c=colour, marker=marker, label=name)
axes[1].plot([0, 45], [0, 45], color="0.7", linewidth=0.8)
axes[1].set(xlabel="expected", ylabel="actual", title="Relevant candidates of a query")
axes[1].legend(frameon=False)
plt.show()
