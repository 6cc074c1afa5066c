"""The time that is left is known early, from the cells that have ended."""

import numpy as np
import pytest

from skfocal.comparison import make_plan, make_table
from skfocal.comparison.run.remaining_time import RemainingTime, format_seconds

REAL = {  # what cells take, unlike the rough costs of the methods
    "logistic": 1.0,
    "class_weight": 1.1,
    "focal": 1.6,
    "focal_alpha": 1.4,
    "oversample": 1.8,
    "undersample": 0.9,
    "smote": 9.0,
}


def simulate(cells, seconds, n_processes, jitter=0.1):
    """Run cells on a simulated clock; yield the share of time that is over, and the estimate."""
    rng = np.random.default_rng(0)
    times = [seconds(cell) * rng.uniform(1 - jitter, 1 + jitter) for cell in cells]
    time_left = RemainingTime(cells, n_processes)
    running, now, estimates = {}, 0.0, []
    waiting = list(range(len(cells)))
    while waiting or running:
        while waiting and len(running) < n_processes:
            index = waiting.pop(0)
            running[index] = now + times[index]
            time_left.begin(cells[index], now)
        index = min(running, key=running.get)
        now = running.pop(index)
        time_left.end(cells[index], times[index])
        estimates.append((now, time_left.seconds_left(now)))
    return [(at / now, left, now - at) for at, left in estimates]


@pytest.fixture(scope="module")
def plan(mixed_frame):
    tables = [make_table(*mixed_frame(n_samples=n), name=f"t{n}") for n in (120, 160)]
    return make_plan(tables, cv=5, repeats=5)


def ordered(cells):
    return sorted(
        cells,
        key=lambda cell: (
            -cell.table_work,
            cell.split.repeat,
            cell.split.fold,
            -cell.cost,
        ),
    )


@pytest.mark.parametrize("n_processes", [1, 2, 4])
def test_the_estimate_is_within_half_from_the_third_percent_on(plan, n_processes):
    found = simulate(
        ordered(plan.cells),
        lambda cell: 3 * REAL[cell.method.name] * len(cell.table.y) / 120,
        n_processes,
    )
    early = [(left, real) for share, left, real in found if 0.03 < share < 0.95]
    assert len(early) > 100
    assert all(1 / 1.5 < left / real < 1.5 for left, real in early)


def test_it_is_exact_once_every_method_has_ended_if_nothing_varies(plan):
    cells = [cell for cell in ordered(plan.cells) if cell.table.name == "t160"]
    found = simulate(cells, lambda cell: REAL[cell.method.name], 1, jitter=0.0)
    for _, left, real in found[len(REAL) :]:
        assert left == pytest.approx(real)


def test_nothing_is_known_before_a_cell_has_ended(plan):
    time_left = RemainingTime(plan.cells, 2)
    time_left.begin(plan.cells[0], 0.0)
    assert time_left.seconds_left(1.0) is None


def test_the_last_cell_decides_when_others_have_ended(plan):
    first, second, third = plan.cells[:3]
    time_left = RemainingTime([first, second, third], 4)
    for cell in (first, second, third):
        time_left.begin(cell, 0.0)
    time_left.end(first, 10.0)
    assert time_left.seconds_left(4.0) == pytest.approx(6.0)
    assert time_left.seconds_left(20.0) == 0


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "0 s"),
        (0.05, "0.05 s"),
        (0.3, "0.3 s"),
        (0.999, "1 s"),
        (1.4, "1 s"),
        (89.0, "89 s"),
        (90.0, "2 min"),
        (5399.0, "90 min"),
        (5400.0, "1.5 h"),
    ],
)
def test_a_duration_has_the_unit_that_suits_it(seconds, expected):
    assert format_seconds(seconds) == expected


def test_a_shown_duration_is_near_the_real_one():
    units = {"s": 1, "min": 60, "h": 3600}
    for seconds in np.geomspace(0.01, 1e6, 500):
        number, unit = format_seconds(seconds).split()
        assert float(number) * units[unit] == pytest.approx(seconds, rel=0.5, abs=0)
