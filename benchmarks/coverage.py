"""Simulation of the confidence intervals of `coefficient_table`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from threadpoolctl import threadpool_limits

from benchmarks.cache import measure_parts, source_key
from benchmarks.publishing import Page, Task, page_command
from benchmarks.verdicts import Estimate, Statement
from skfocal import FocalLogisticRegression
from skfocal.comparison import environment
from skfocal.inference import coefficient_table
from skfocal.posterior import focal_posterior

REPETITIONS, QUICK_REPETITIONS = 2_000, 100
POPULATION = 2_000_000
SEED = 0
LEVEL, MARGIN = 0.95, 0.02
"""The nominal coverage, and how far from it a coverage may be."""
NORMAL = 1.96
COEF = np.array([1.0, -0.5, 0.5, 0.0])
"""Of four features: two normal and correlated, a skewed one, and a binary one without effect."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scenario:
    """A population, and a model that is fitted to samples of it.

    The log-odds are linear ("logistic"), or the logits of the model are ("focal").
    """

    n_samples: int
    positives: float
    gamma: float
    alpha: Literal["balanced"] | None
    C: float
    truth: Literal["logistic", "focal"] = "logistic"

    @property
    def name(self) -> str:
        """The name, such as ``1000-0.2-γ=2-balanced-C=1-focal``."""
        return (
            f"{self.n_samples}-{self.positives:g}-γ={self.gamma:g}-{self.alpha or 'none'}"
            f"-C={self.C:g}-{self.truth}"
        )


SCENARIOS = tuple(
    Scenario(n_samples, positives, gamma, alpha, C, truth)  # type: ignore[arg-type] # mypy joins the types of the tuples
    for gamma, alpha, C, truth in (
        (0.0, None, np.inf, "logistic"),
        (2.0, None, np.inf, "focal"),
        (2.0, None, np.inf, "logistic"),
        (0.0, "balanced", np.inf, "logistic"),
        (0.0, None, 0.05, "logistic"),
        (2.0, "balanced", 0.05, "logistic"),
    )
    for n_samples, positives in ((300, 0.5), (1_000, 0.2), (5_000, 0.05))
)


def draw_features(n_samples: int, random: np.random.Generator) -> Floats:
    """Return two correlated normal features, a skewed one and a binary one."""
    X = random.standard_normal((n_samples, len(COEF)))
    X[:, 1] = 0.6 * X[:, 0] + 0.8 * X[:, 1]
    X[:, 2] = random.exponential(size=n_samples) - 1
    X[:, 3] = random.random(n_samples) < 0.3
    return X


def risk(scenario: Scenario, logits: Floats) -> Floats:
    """Return the probability of class 1."""
    if scenario.truth == "logistic":
        return np.asarray(expit(logits))
    # With the scale of the coefficients, so that the features predict about as well.
    shrunk = logits / (1 + scenario.gamma)
    return np.asarray(focal_posterior(shrunk, gamma=scenario.gamma))


def intercept(scenario: Scenario) -> float:
    """Return the intercept that gives the fraction of class 1."""
    logits = draw_features(200_000, np.random.default_rng(SEED)) @ COEF

    def surplus(shift: float) -> float:
        return float(risk(scenario, logits + shift).mean()) - scenario.positives

    return float(brentq(surplus, -30, 30))


def draw(
    scenario: Scenario, n_samples: int, shift: float, random: np.random.Generator
) -> tuple[Floats, NDArray[np.int64]]:
    """Return a sample of the population."""
    X = draw_features(n_samples, random)
    return X, (random.random(n_samples) < risk(scenario, X @ COEF + shift)).astype(np.int64)


def fit(scenario: Scenario, X: Floats, y: NDArray[np.int64], C: float) -> FocalLogisticRegression:
    """Fit the model of a scenario."""
    model = FocalLogisticRegression(scenario.gamma, scenario.alpha, C=C, tol=1e-7, max_iter=1_000)
    return model.fit(X, y)


def parameters(model: FocalLogisticRegression) -> Floats:
    """Return the coefficients and the intercept."""
    return np.append(model.coef_[0], model.intercept_)


def measure_scenario(scenario: Scenario, n_repetitions: int) -> dict[str, Any]:
    """Return how often intervals contain what is estimated."""
    random = np.random.default_rng([SEED, SCENARIOS.index(scenario)])
    shift = intercept(scenario)
    X, y = draw(scenario, POPULATION, shift, random)
    # The penalty of each sample is the same.
    estimated = parameters(fit(scenario, X, y, scenario.C * scenario.n_samples / POPULATION))
    unpenalised = parameters(fit(scenario, X, y, np.inf))
    del X, y
    tables = []
    for _ in range(n_repetitions):
        X, y = draw(scenario, scenario.n_samples, shift, random)
        tables.append(coefficient_table(fit(scenario, X, y, scenario.C), X, y).to_numpy())
    estimates, errors, *_, lower, upper = np.moveaxis(np.array(tables), -1, 0)
    covered = (lower <= estimated) & (estimated <= upper)
    without = (lower <= unpenalised) & (unpenalised <= upper)
    by_repetition = covered.mean(axis=1)
    return {
        **asdict(scenario),
        # JSON has no infinity.
        "C": scenario.C if np.isfinite(scenario.C) else None,
        "n_repetitions": n_repetitions,
        "coverage": float(covered.mean()),
        "standard_error": float(by_repetition.std(ddof=1) / np.sqrt(n_repetitions)),
        "by_parameter": covered.mean(axis=0).round(4).tolist(),
        "coverage_without_penalty": float(without.mean()),
        "error_ratio": float((errors.mean(axis=0) / estimates.std(axis=0)).mean()),
    }


def measure_part(part: tuple[Scenario, int], _: dict[str, str]) -> dict[str, Any]:
    """Measure one scenario in one thread."""
    with threadpool_limits(1):
        return measure_scenario(*part)


def measure(task: Task) -> dict[str, Any]:
    """Run the simulation."""
    n_repetitions = QUICK_REPETITIONS if task.quick else REPETITIONS
    parts = [
        (scenario, n_repetitions)
        for scenario in SCENARIOS
        if not task.names or scenario.name in task.names
    ]
    key = source_key(sys.modules[__name__])
    found = measure_parts(measure_part, parts, key, task.folder, task.n_jobs)
    return {"command": task.repeat("coverage"), "origin": environment(), "scenarios": found}


def judge(scenarios: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Statement]]:
    """Return each scenario with the statement on its coverage."""
    judged = []
    for one in scenarios:
        distance, half = one["coverage"] - LEVEL, NORMAL * one["standard_error"]
        estimate = Estimate(distance, distance - half, distance + half, one["n_repetitions"])
        judged.append((one, Statement("coverage − 95 %", estimate, "±", MARGIN)))
    return judged


def view(results: dict[str, Any]) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        **results,
        "judged": judge(results["scenarios"]),
        "n_scenarios": len(SCENARIOS),
        "margin": MARGIN,
        "population": POPULATION,
        "level": LEVEL,
    }


PAGE = Page(
    "coverage",
    "Simulate the confidence intervals of coefficients.",
    measure,
    view,
    [scenario.name for scenario in SCENARIOS],
)
command = page_command(PAGE)
