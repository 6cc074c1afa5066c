"""How the speed run measures, in the words of its page."""

from __future__ import annotations

from benchmarks.speed.to_target import PATIENCE, TARGET

__all__ = ["METHOD"]

METHOD = f"""\
- All fits run in one process, everyone in turn in an order drawn anew for each round, with the
  libraries' own default threads. Before each fit there is a pause in which those of the last one
  go to sleep. Only the fit is timed, from arrays in memory. A warm-up on a few rows, not counted,
  lets every library start its threads and compile what it compiles.
- There are three rounds at least, eleven where a round takes less than half a second, and fifty at
  most. A rival that takes more than three times as long as the quickest of its group is not timed
  again, nor is boosting; one that takes less than a tenth of a second has three tries first. Of a
  round of more than forty seconds only those within one and a half times the quickest are timed
  again, and if they alone take as long, nobody is. Those within one and a half times the quickest,
  and this package, then have up to eleven runs, in ten seconds more. The groups are
  scikit-learn's solvers, other libraries at cross-entropy, focal loss elsewhere, and boosting.
- A forecast comes from a fit of 1 to 5 % of the rows of a large table, of 20 % if it is sparse. It
  may err, so a rival at cross-entropy is left out only if its forecast is above 12 seconds and
  above three times that of its group's quickest; any other above 3 seconds and one and a half
  times, or above 15 seconds.
- *Gradient* is the largest component of the gradient at the solution as `tol` of
  `FocalLogisticRegression` measures it: of the objective divided by the rows, in standardised
  columns. Everybody's is computed by one function in double precision. An exclamation mark is a
  warning of no convergence; a rival that gave one counts all the same. PyTorch never warns, so
  that a missing mark proves nothing there: look at the gradient.
- Everyone has the objective of `C=1`, ‖w‖²/2 + Σ loss with a free intercept (liblinear penalises
  its own), and gets the raw table. glum and skglm are set to that penalty, and otherwise at their
  defaults: glum by iterated least squares, skglm by its proximal Newton solver.
- At γ = 2, PyTorch minimises the published formula in the table's own precision: its L-BFGS with
  the strong Wolfe search and 100 iterations, Adam with 200 steps over all rows at a rate of 0.1.
  *SciPy L-BFGS, plain NumPy* is the loss as it stands on paper, probabilities clipped, with SciPy's
  defaults. XGBoost and LightGBM grow 100 trees by this package's derivatives: another model, for
  orientation.
- Time to a suboptimality is read off ladders: of tolerances for this package, of iterations for
  all others, each fit from scratch. The least time of a fit whose objective is within {TARGET:.0e},
  relative, of the best that anyone found at that γ counts. Each rung of a ladder of iterations has
  about 1.41 times those of the one before, so a rival's time may be up to that factor too long.
  Whose fits have taken {PATIENCE} times what this package takes to converge, and over a second, is
  stopped. A cell without a time then gives the nearest gap, and the longest fit that was tried.
  liblinear, which has another minimum, takes no part.
- A pass is timed with its threads running, the products with BLAS's default threads.
- A search and the grid searches have the same folds and as many candidates: γ, α and *C*, and for
  scikit-learn class weights and finer steps of *C*. `GridSearchCV` runs at its default `n_jobs`, in
  one process, as this package's search does. The grid searches are spared the last fit to the
  whole table. One that would take too long is timed on a part of its candidates.
- Memory is the peak of a fit in a process of its own, in MB (a million bytes), above
  what that held before."""
