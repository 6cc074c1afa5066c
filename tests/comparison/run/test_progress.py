import re
from functools import partial

import pytest
from rich.console import Console

from skfocal.comparison import Status
from skfocal.comparison.run import progress as progress_module
from skfocal.comparison.run.progress import progress_on_stderr

RUNNING = ("people: smote, repeat 1, fold 2", "[red]: focal, repeat 1, fold 1")


@pytest.fixture
def every_line(monkeypatch):
    monkeypatch.setattr(progress_module, "SECONDS_BETWEEN_LINES", 0.0)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(
        progress_module,
        "Console",
        lambda **settings: Console(force_terminal=True, width=200, **settings),
    )


@pytest.mark.usefixtures("every_line")
def test_plain_lines_go_to_stderr_where_there_is_no_terminal(capsys):
    with progress_on_stderr() as progress:
        progress(Status(1, 4, 0.25, RUNNING))
        progress(Status(4, 4, 1.0))
    captured = capsys.readouterr()
    assert captured.out == ""
    first, last = captured.err.splitlines()
    assert first.startswith("1 of 4 cells done, ")
    assert first.endswith(f"{RUNNING[0]}; {RUNNING[1]}")
    assert re.fullmatch(r"4 of 4 cells done, [\d.]+ s in total", last)
    assert "\x1b" not in captured.err


def test_lines_are_few_and_the_last_one_always_comes(capsys):
    with progress_on_stderr() as progress:
        for done in range(1, 101):
            progress(Status(done, 100, done / 100))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("100 of 100 cells done")


def test_each_finished_cell_has_a_line_on_request(capsys):
    with progress_on_stderr(verbose=True) as progress:
        progress(Status(0, 2, 0.0, RUNNING))
        progress(Status(1, 2, 0.5, RUNNING[:1], f"{RUNNING[1]}: 0.1 s"))
    assert capsys.readouterr().err.splitlines() == [f"{RUNNING[1]}: 0.1 s"]


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_a_bar_with_what_is_running(capsys):
    with progress_on_stderr(verbose=True) as progress:
        progress(Status(1, 4, 0.25, RUNNING, "people: smote, repeat 1, fold 1: 0.1 s"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1/4" in captured.err
    assert RUNNING[1] in captured.err
    assert "fold 1: 0.1 s" in captured.err


@pytest.mark.parametrize("width", [40, 60, 200])
def test_a_narrow_terminal_shows_the_cells_and_the_time_left(capsys, monkeypatch, width):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    console = partial(Console, force_terminal=True, width=width)
    monkeypatch.setattr(progress_module, "Console", console)
    with progress_on_stderr() as progress:
        progress(Status(1, 4, 0.001, RUNNING))
    assert "1/4 cells, time left unknown " in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("wanted", [True, False])
def test_no_color_is_honoured(capsys, monkeypatch, wanted):
    monkeypatch.setenv("NO_COLOR", "" if wanted else "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    with progress_on_stderr() as progress:
        progress(Status(1, 4, 0.25, RUNNING))
    colours = "\x1b[38;" in capsys.readouterr().err
    assert colours == wanted


@pytest.mark.usefixtures("every_line")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status(1, 9, 0.1), "time left unknown"),
        (Status(1, 9, 0.1, seconds_left=0.346), "about 0.35 s left"),
        (Status(1, 9, 0.1, seconds_left=10.4), "about 10 s left"),
        (Status(1, 9, 0.1, seconds_left=540.0), "about 9 min left"),
        (Status(1, 9, 0.1, seconds_left=9000.0), "about 2.5 h left"),
        (Status(9, 9, 1.0, seconds_left=0.0), "60 s in total"),
    ],
)
def test_the_time_left_is_that_of_the_status(capsys, monkeypatch, status, expected):
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: next(clock))
    with progress_on_stderr() as progress:
        progress(status)
    assert capsys.readouterr().err.endswith(f" {expected}\n")
