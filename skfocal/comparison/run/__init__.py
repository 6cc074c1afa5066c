"""Run the cells of a comparison: tuning, fitting and scoring, in any number of processes."""
