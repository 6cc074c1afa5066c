"""The examples: their order, from a first look to special cases."""

ORDER = (
    *("plot_flights", "plot_recovered_probabilities", "plot_search", "plot_threshold_by_cost"),
    *("plot_mixed_table", "plot_topics", "plot_reranking", "plot_entities"),
    *("plot_boosted_trees", "plot_compare_smote", "plot_notebook"),
)


def place(name: str) -> tuple[int, str]:
    """Return the sort key of a script; those that are not listed come last."""
    stem = name.removesuffix(".py")
    return (ORDER.index(stem) if stem in ORDER else len(ORDER), stem)
