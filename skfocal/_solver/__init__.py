"""Minimisation of the training objective.

Other packages import the solver from here, never from its modules.
"""

from skfocal._solver.batched_objective import linear_scores
from skfocal._solver.covariance import Covariance, covariance_at
from skfocal._solver.matrices import Matrix, canonical, linear_map
from skfocal._solver.objective import FocalObjective, constant_parameters
from skfocal._solver.path import Paths, search_tolerance
from skfocal._solver.ranks import draw_ranks
from skfocal._solver.row_blocks import ArrayBlocks, Block, ReadCount, RowBlocks, Terms
from skfocal._solver.smallest_c import largest_slope
from skfocal._solver.standardization import Standardization
from skfocal._solver.threads import Map, ordered_map
from skfocal._solver.training import Iteration, Solution, train
from skfocal._solver.training_data import (
    TrainingData,
    encode_labels,
    in_precision,
    objective_on_blocks,
    objective_on_fold,
    objective_on_table,
)

__all__ = [
    "ArrayBlocks",
    "Block",
    "Covariance",
    "FocalObjective",
    "Iteration",
    "Map",
    "Matrix",
    "Paths",
    "ReadCount",
    "RowBlocks",
    "Solution",
    "Standardization",
    "Terms",
    "TrainingData",
    "canonical",
    "constant_parameters",
    "covariance_at",
    "draw_ranks",
    "encode_labels",
    "in_precision",
    "largest_slope",
    "linear_map",
    "linear_scores",
    "objective_on_blocks",
    "objective_on_fold",
    "objective_on_table",
    "ordered_map",
    "search_tolerance",
    "train",
]
