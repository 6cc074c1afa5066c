"""What each heuristic of the solver gains: fits and searches with and without it."""
