"""What was published, to be seen beside what comes out here."""

from __future__ import annotations

from types import MappingProxyType

from benchmarks.replicate.arms import NONE

__all__ = ["PUBLISHED"]

PUBLISHED = MappingProxyType(
    {
        ("plain", NONE, 0.3): (0.00, 0.98, 0.74),
        ("plain", NONE, 0.1): (-0.01, 0.95, 0.74),
        ("plain", NONE, 0.01): (0.00, 0.79, 0.73),
        ("plain", "under-sampling", 0.3): (-0.84, 0.97, 0.74),
        ("plain", "under-sampling", 0.1): (-2.18, 0.91, 0.74),
        ("plain", "under-sampling", 0.01): (-5.94, 0.51, 0.69),
        ("plain", "over-sampling", 0.3): (-0.83, 0.97, 0.74),
        ("plain", "over-sampling", 0.1): (-2.16, 0.94, 0.74),
        ("plain", "over-sampling", 0.01): (-4.68, 0.70, 0.72),
        ("plain", "SMOTE", 0.3): (-0.70, 0.93, 0.74),
        ("plain", "SMOTE", 0.1): (-2.12, 0.86, 0.74),
        ("plain", "SMOTE", 0.01): (-4.77, 0.60, 0.72),
        ("ridge", NONE, 0.3): (0.00, 1.01, 0.74),
        ("ridge", NONE, 0.1): (0.00, 1.01, 0.74),
        ("ridge", NONE, 0.01): (0.00, 1.08, 0.73),
        ("ridge", "under-sampling", 0.3): (-0.83, 1.01, 0.74),
        ("ridge", "under-sampling", 0.1): (-2.15, 1.03, 0.74),
        ("ridge", "under-sampling", 0.01): (-4.54, 1.24, 0.71),
        ("ridge", "over-sampling", 0.3): (-0.83, 0.99, 0.74),
        ("ridge", "over-sampling", 0.1): (-2.15, 0.95, 0.74),
        ("ridge", "over-sampling", 0.01): (-4.66, 0.70, 0.72),
        ("ridge", "SMOTE", 0.3): (-0.69, 0.95, 0.74),
        ("ridge", "SMOTE", 0.1): (-2.12, 0.87, 0.74),
        ("ridge", "SMOTE", 0.01): (-4.78, 0.60, 0.72),
    }
)
"""Calibration intercept, slope and AUC by penalty, arm and event fraction: the means, over the
eight scenarios of that fraction, of the medians of 2,000 repetitions. Table 4 of R. van den
Goorbergh (2021), "The harm of SMOTE and other resampling techniques in clinical prediction
models: a simulation study", master's thesis, Utrecht University, the simulation's first report."""
