"""What can be said of scores: differences, intervals, robustness, reliability."""
