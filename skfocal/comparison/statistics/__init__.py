"""Statistics of scores: differences, ranks, intervals, robustness, curves, reliability, costs."""
