"""The numbers that were chosen by measurement, all in one place.

They decide how long a fit takes, how much memory it needs and how much more precise than asked for
it is. Where focal loss has several minima, they may decide between them.
``python -m benchmarks ablation`` measures what they gain. "Without it" compares the times on the
table that needs it most, in docs/develop/ablation.md.

Costs are counted in passes: a pass is one evaluation of the objective over the whole table.
"""

# The cost of a factor of the curvature.

FACTOR_OVERHEAD = 3
"""Passes that a factor from all rows costs, besides those for its columns."""
FACTOR_COLUMNS_PER_PASS = {
    (False, False): 25,
    (False, True): 50,
    (True, False): 4,
    (True, True): 25,
}
"""Columns for which a factor from all rows costs one more pass, by whether there are more than two
classes, whose pass is cheaper for each class, and whether the factor is in single precision."""

# The fit of a sample, which gives a long table its start.

SAMPLE_ROWS = 4096
"""Smallest number of rows of the sample. Without it up to 1.13 times as long."""
SAMPLE_ROWS_PER_PARAMETER = 64
"""Smallest number of rows of the sample for each parameter. Without it up to 1.55 times as long, on
tables of hundreds of columns."""
MAX_SAMPLE_SHARE = 0.25
"""Largest share of the table's rows that a sample may have. Without it up to 1.31 times as long,
since there is no sample."""
SAMPLE_TOL = 1e-2
"""Tolerance on the sample: its minimum is not nearer to that of the table than that. In a search,
also that of the start for neighbouring values of C."""

# The rows that the curvature is measured on, and when it is measured again.

FACTOR_ROWS = 2048
"""Smallest number of rows. On fewer a fit may end at a local minimum farther away."""
FACTOR_ROWS_PER_PARAMETER = 16
"""Smallest number of rows for each parameter. Without it up to 1.54 times as long."""
FACTOR_GROWTH = 4
"""The next factor is from this many times as many rows. Without it up to 1.68 times as long."""
MIN_ITERATIONS_PER_FACTOR = 4
"""Iterations with a factor before its rate of convergence is judged. Without it up to 2.64 times as
long."""
LOG_RATE_OF_NEW_FACTOR = 1.2
"""Logarithm of the factor by which an iteration with a new factor shortens the gradient."""
EXPENSIVE_FACTOR_PASSES = 32
"""A first factor that costs more is preceded by iterations with the diagonal alone. Without it up
to 1.49 times as long."""
DIAGONAL_ITERATIONS_PER_FACTOR_PASS = 1.5
"""The number of these iterations for each pass that the factor costs."""
CURVATURE_FLOOR = 1e-3
"""Smallest curvature of a column, as a share of the largest one: a column of zeros in the sample
has none. Without it up to 1.21 times as long; with 0.05 searches do not converge."""

# The size of factors.

MAX_FACTOR_FLOATS = 2**20
"""Largest factors in double precision, 8 MB."""
MIN_SINGLE_FLOATS = 10**5
"""Smaller factors are not computed in single precision."""
MAX_SINGLE_FLOATS = 10**7
"""Largest factors in single precision, 40 MB."""

# L-BFGS.

PAIRS = 10
"""Past steps that L-BFGS uses with a factor."""
EXCESS_FACTOR = 4
"""Multiplies the estimate of the distance from the minimum, which is too small where the curvature
was measured on a sample or far away. Without it fits at the default tolerance, which asks for 1e-8,
end up to 4.4e-8 above the minimum instead of 5.0e-9."""
PAIRS_OF_DIAGONAL = 40
"""Past steps that L-BFGS uses with the diagonal alone. Without it up to 1.29 times as long, on
tables of thousands of columns."""
MAX_FLOATS_OF_PAIRS = 2**21
"""Bound on the memory of these steps, 16 MB."""

# Penalties with absolute values.

MAX_METRIC_FLOATS = 2**22
"""Largest matrix over all parameters, 32 MB."""
MAX_COLUMNS_AT_ONCE = 400
"""More columns are not minimised over all at once. Without it up to 3.10 times as long."""
FEWEST_NEW_COLUMNS = 50
"""Columns that a set gains at least, if as many have a slope that the penalty does not hold.
Without it up to 1.99 times as long."""
MAX_COLUMN_COPY_FLOATS = 2**22
"""Largest copy of the columns of a set, 32 MB; those of a larger one are gathered by block. Without
it up to 1.54 times as long."""

# Newton's method.

NEWTON_ROWS_PER_PARAMETER = 4
"""Largest number of rows for each parameter of a table whose minimum Newton's method improves. It
gains no time: small differences from the minimum of such tables are large ones in the
parameters."""
MAX_NEWTON_PARAMETERS = 512
"""Largest number of its parameters."""
NEWTON_TOL = 1e-4
"""Largest tolerance at which it is used: a looser one asks for less than exact parameters."""

# Row blocks.

MAX_LANES = 16
"""Largest number of parts of a table that are summed independently."""
MAX_LANE_FLOATS = 2**21
"""Bound on the memory of the sums of all lanes, 16 MB."""
BLOCK_BYTES = 3 * 2**20
"""Size of a block that stays in a core's cache."""
MIN_BLOCK_ROWS = 512
"""Smallest number of rows of a block: in smaller ones calls take longer than arithmetic. Without it
up to 1.49 times as long."""
ARRAYS_OF_LOGITS = 4
"""Arrays of the size of the logits that an evaluation needs."""
LOGITS_PER_CANDIDATE = 2
"""Logits that are counted for each candidate of two classes, when several are trained together,
in the size of a block and in `MIN_ENTRIES_FOR_THREADS`. With 1 searches take as long on the
processor of the ablation. On an Intel Xeon one on 10,000 x 20 took 1.2 to 1.4 times as long."""
CENTRE_ROWS = 1024
"""Rows from which the rough centre of a column is computed."""
PART_SIZE = 256
"""Columns, or rows, that are worked on at a time where all of them would need too much memory."""
MIN_ENTRIES_FOR_THREADS = 2**22
"""Smallest table that is summed in threads, as entries times logits."""
MIN_SCALAR_PRODUCT = 40
"""Smallest number of columns from which logits are scalar products of each row."""
MAX_SCALAR_PRODUCT = 1500
"""Largest number of columns up to which logits are scalar products of each row."""

MAX_USED_SHARE = 0.125
"""Logits are computed from the columns with coefficients that are not zero, if these are at most
this share of all. Without it up to 1.25 times as long, on wide tables with an L1 penalty."""

# The row space of a wide table.

ROW_SPACE_MAX_ROWS = 512
"""Largest number of rows of a table that is reduced to its row space. Without it up to 9.33 times
as long."""
ROW_SPACE_COLUMNS_PER_ROW = 2
"""Smallest number of columns for each row of such a table."""
ROW_SPACE_MIN_COLUMNS = 256
"""Smallest number of columns of such a table."""

# Searches.

SEARCH_TOL = 0.01
"""Share of the tolerance for the candidates of a search, so that log losses are exact to 1e-6.
Without it searches are faster, and scores are not exact."""
PASSES_PER_ROUND = 12
"""Passes after which the curvature of objectives that have not converged is measured again. Without
it up to 1.61 times as long."""
ROUNDS = 8
"""Number of such rounds before an objective is minimised alone. Without it up to 1.07 times as
long."""
CS_PER_CURVATURE = 5
"""Neighbouring values of C that share a start and a curvature. Without it up to 1.49 times as
long."""
MAX_BATCH_FACTOR_FLOATS = 2**22
"""Bound on the memory of the factors of objectives that are minimised together, 32 MB. Without it
up to 1.07 times as long."""
MAX_FOLD_COPY_FLOATS = 2**24
"""Largest table whose folds are copied, 128 MB; the rows of a larger one are gathered. Without it
up to 1.23 times as long."""
MIN_LOGITS_FOR_THREADS = 2**20
"""Smallest number of logits of a fold that are computed in threads."""
