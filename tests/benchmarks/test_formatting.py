"""Every number of a page is written by these functions."""

import numpy as np
import pytest

from benchmarks.formatting import (
    duration,
    in_cell,
    interval,
    number,
    p_value,
    percent,
    short,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number(1234.5678, 2), "1,234.57"),
        (number(-0.0004), "0.000"),
        (number(-0.5, 1), "−0.5"),
        (number(0.25, 2, sign=True), "+0.25"),
        (short(0.001234), "0.00123"),
        (short(-1.2e-7), "−1.2e−07"),
        (short(0), "0"),
        (short(64), "64"),
        (interval(-1, 0.5), "−1 to 0.5"),
        (interval(-1, 0.5, 2), "−1.00 to 0.50"),
        (interval(-np.inf, np.inf), ""),
        (percent(0.0794, 1), "7.9 %"),
        (p_value(0.0009), "< .001"),
        (p_value(0.0412), ".041"),
        (p_value(1.0), "1.000"),
        (duration(0.0123), "12.3 ms"),
        (duration(61.5), "61.50 s"),
        (in_cell("a|b\n <c>"), "a\\|b &lt;c&gt;"),
    ],
)
def test_a_value_has_one_form(text, expected):
    assert text == expected


@pytest.mark.parametrize("write", [number, short, duration])
def test_a_missing_value_is_empty(write):
    assert write(None) == write(float("nan")) == ""
