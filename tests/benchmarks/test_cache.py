"""Finished parts are reused under the key with which they were measured, and no other."""

from benchmarks import cache, formatting
from benchmarks.cache import measure_parts, source_key


def square(part, key):
    with open(key["log"], "a") as log:  # noqa: PTH123 - measured in other processes too
        log.write(f"{part}\n")
    return part**2


def test_a_part_is_measured_once_for_each_key(tmp_path, capsys):
    log = tmp_path / "log"
    key = {"log": str(log), "version": "1"}
    assert measure_parts(square, [1, 2], key, tmp_path, 1) == [1, 4]
    assert measure_parts(square, [3, 2, 1], key, tmp_path, 1) == [9, 4, 1]
    assert sorted(log.read_text().split()) == ["1", "2", "3"]
    assert measure_parts(square, [1], {**key, "version": "2"}, tmp_path, 1) == [1]
    assert sorted(log.read_text().split()) == ["1", "1", "2", "3"]
    stored = [line for line in capsys.readouterr().err.splitlines() if "stored" in line]
    assert [line.split()[0] for line in stored] == ["0", "2", "0"]


def test_a_key_depends_on_the_source():
    assert source_key(cache) == source_key(cache)
    assert source_key(cache) != source_key(formatting)
    assert "skfocal" in source_key()
