"""The command that writes the explorer."""

import click
import pytest

from skfocal.explorer import write_element, write_page


@pytest.fixture
def launched(monkeypatch):
    """Collect the files that are opened, and open none."""
    paths = []
    monkeypatch.setattr(click, "launch", paths.append)
    return paths


def test_the_page_is_written_and_opened(call, launched, tmp_path):
    path = tmp_path / "page.html"
    result = call("explore", "-o", path)
    assert result == (0, f"{path}\n", "")
    assert launched == [str(path)]
    assert path.read_bytes() == write_page(tmp_path / "other.html").read_bytes()


def test_the_page_is_not_opened_on_request(call, launched, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("explore", "--no-open") == (0, "focal-explorer.html\n", "")
    assert (tmp_path / "focal-explorer.html").exists()
    assert launched == []


def test_the_element_is_written_for_other_pages(call, launched, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("explore", "--element") == (0, "focal-loss-viz.js\n", "")
    expected = write_element(tmp_path / "other.js").read_bytes()
    assert (tmp_path / "focal-loss-viz.js").read_bytes() == expected
    assert launched == []


def test_a_file_that_cannot_be_written_is_a_usage_error(call, launched, tmp_path):
    result = call("explore", "-o", tmp_path / "missing" / "page.html")
    assert result.exit_code == 2
    assert "cannot write to" in result.stderr
    assert launched == []
