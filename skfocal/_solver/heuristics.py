"""The numbers that were chosen by measurement, all in one place.

They decide how long a fit takes and how much memory it needs, never which minimum it converges to.
`python -m benchmarks ablation` measures what each of them gains.
"""

# Costs are counted in passes: a pass is one evaluation of the objective over the whole table.

FACTOR_OVERHEAD = 3
FACTOR_COLUMNS_PER_PASS = {
    (False, False): 25,
    (False, True): 50,
    (True, False): 4,
    (True, True): 25,
}
"""A factor from all rows costs a pass for this many columns, by whether there are more than two
classes, whose pass is cheaper for each class, and whether it is in single precision."""

# The fit of a sample that gives a long table its start.
SAMPLE_ROWS = 4096
SAMPLE_ROWS_PER_PARAMETER = 64
MAX_SAMPLE_SHARE = 0.25
SAMPLE_TOL = 3e-4

# How many rows the curvature is measured on, and for how many iterations it is used.
FACTOR_ROWS_PER_PARAMETER = 16
FACTOR_PASSES = 0.5
FACTOR_GROWTH = 4
MIN_ITERATIONS_PER_FACTOR = 4
LOG_RATE_OF_NEW_FACTOR = 1.2
"""Logarithm of the factor by which an iteration with a new factor shortens the gradient."""
EXPENSIVE_FACTOR_PASSES = 32
DIAGONAL_ITERATIONS_PER_FACTOR_PASS = 1.5
CURVATURE_FLOOR = 1e-3
"""Smallest curvature of a column, as a share of the largest one."""

# Factors of the curvature.
MAX_FACTOR_FLOATS = 2**20
MIN_SINGLE_FLOATS = 10**5
MAX_SINGLE_FLOATS = 10**7

# L-BFGS.
PAIRS = 10
PAIRS_OF_DIAGONAL = 40
MAX_FLOATS_OF_PAIRS = 2**21
SLOPES_PER_TOL = 20
"""The tolerance is tightened where the mean slope at the start is below one part in this many."""

# Row blocks.
MAX_LANES = 16
BLOCK_BYTES = 3 * 2**20
MIN_BLOCK_ROWS = 512
MAX_BLOCK_ROWS = 16_384
ARRAYS_OF_LOGITS = 4
MAX_LANE_FLOATS = 2**21
MAX_SAMPLE_COPY_FLOATS = 2**22
CENTRE_ROWS = 1024
PART_SIZE = 256
MIN_ENTRIES_FOR_THREADS = 2**22
MIN_SCALAR_PRODUCT = 40
MAX_SCALAR_PRODUCT = 1500

# Row space.
ROW_SPACE_MAX_ROWS = 512
ROW_SPACE_COLUMNS_PER_ROW = 2
ROW_SPACE_MIN_COLUMNS = 256

# Searches.
BATCHED_PAIRS = 6
CONTRACTION = 0.5
PATH_MIN_SAMPLE_ROWS = 2048
PATH_SAMPLE_ROWS_PER_FEATURE = 128
PATH_SAMPLE_TOL = 3e-5
PASSES_PER_ROUND = 24
ROUNDS = 8
CS_PER_CURVATURE = 3
EXCESS = 7e-8
TOLS = 10
MAX_BATCH_FACTOR_FLOATS = 2**22
OUTPUTS_PER_LOGIT = 4
MAX_FOLD_COPY_FLOATS = 2**24
MIN_LOGITS_FOR_THREADS = 2**20
