"""How cells are run: tuning, scoring, processes, order and progress."""
