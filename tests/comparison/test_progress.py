import pytest
from rich.console import Console

from skfocal.comparison import progress as progress_module
from skfocal.comparison.progress import progress_on_stderr


def test_plain_lines_go_to_stderr_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(progress_module, "SECONDS_BETWEEN_LINES", 0.0)
    with progress_on_stderr() as progress:
        progress(1, 4, 0.25)
        progress(4, 4, 1.0)
    captured = capsys.readouterr()
    assert captured.out == ""
    first, last = captured.err.splitlines()
    assert first.startswith("1 of 4 cells done, ")
    assert last == "4 of 4 cells done, 0 s in all"
    assert "\x1b" not in captured.err


def test_lines_are_few_and_the_last_one_always_comes(capsys):
    with progress_on_stderr() as progress:
        for done in range(1, 101):
            progress(done, 100, done / 100)
    assert capsys.readouterr().err.splitlines() == ["100 of 100 cells done, 0 s in all"]


def test_a_terminal_gets_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(
        progress_module, "Console", lambda **settings: Console(force_terminal=True, **settings)
    )
    with progress_on_stderr() as progress:
        progress(1, 4, 0.25)
        progress(4, 4, 1.0)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "4/4" in captured.err


@pytest.mark.parametrize(
    ("seconds", "share", "expected"),
    [
        (10.0, 0.01, "time left not known yet"),
        (10.0, 0.5, "about 10 s left"),
        (60.0, 0.1, "about 9 min left"),
        (60.0, 1.0, "60 s in all"),
    ],
)
def test_the_time_left_follows_the_work_that_is_done(capsys, monkeypatch, seconds, share, expected):
    clock = iter([0.0, seconds])
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: next(clock))
    with progress_on_stderr() as progress:
        progress(1, 9, share)
    assert capsys.readouterr().err == f"1 of 9 cells done, {expected}\n"
