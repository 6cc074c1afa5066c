"""Predictions of files: in chunks of any size, complete or absent, and with what is unusual."""

import gzip
import zipfile

import numpy as np
import pandas as pd
import pytest

from skfocal.comparison import DataError, SettingError
from skfocal.comparison.deployment import prediction
from skfocal.comparison.deployment.prediction import (
    chunk_rows,
    predict_file,
    probability_sample,
)
from skfocal.comparison.deployment.prevalence import adjuster, given_shares


@pytest.fixture
def new(people, tmp_path):
    path = tmp_path / "new.csv"
    people.drop(columns="outcome").to_csv(path, index=False)
    return path


def small_chunks(monkeypatch, size):
    monkeypatch.setattr(prediction, "MIN_ROWS", size)
    monkeypatch.setattr(prediction, "MAX_ROWS", size)


def test_the_output_has_a_probability_of_each_class_and_the_decision(model, people, new, tmp_path):
    summary = predict_file(model, new, tmp_path / "out.csv", id_column="id")
    found = pd.read_csv(tmp_path / "out.csv")
    assert found.columns.tolist() == ["id", "probability_well", "probability_ill", "decision"]
    assert found["id"].tolist() == people["id"].tolist()
    expected = model.predict(people)
    np.testing.assert_allclose(found["probability_ill"], expected.probabilities[:, 1], rtol=1e-12)
    threshold = model.card["threshold"]
    assert (found["decision"] == "ill").tolist() == (found["probability_ill"] >= threshold).tolist()
    assert summary.n_rows == 300
    assert summary.decided.tolist() == found["decision"].value_counts()[["well", "ill"]].tolist()
    assert summary.ignored == []


@pytest.mark.parametrize("size", [3, 299, 300])
def test_the_size_of_the_chunks_changes_nothing(model, new, tmp_path, monkeypatch, size):
    predict_file(model, new, tmp_path / "whole.csv")
    small_chunks(monkeypatch, size)
    predict_file(model, new, tmp_path / "chunks.csv")
    whole, chunks = (pd.read_csv(tmp_path / name) for name in ("whole.csv", "chunks.csv"))
    pd.testing.assert_frame_equal(whole, chunks, rtol=1e-12)


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".csv.gz", ".zip", ".tsv", ".xlsx"])
def test_every_format_gives_the_same_predictions(model, people, new, tmp_path, monkeypatch, suffix):
    small_chunks(monkeypatch, 64)
    other = tmp_path / f"other{suffix}"
    frame = people.drop(columns="outcome")
    if suffix == ".parquet":
        frame.to_parquet(other, row_group_size=50)
    elif suffix == ".feather":
        frame.to_feather(other)
    elif suffix == ".csv.gz":
        other.write_bytes(gzip.compress(new.read_bytes()))
    elif suffix == ".zip":
        with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(new, "inner.csv")
    elif suffix == ".tsv":
        frame.to_csv(other, sep="\t", index=False)
    else:
        frame.to_excel(other, index=False)
    shares = []
    predict_file(model, new, tmp_path / "one.csv")
    predict_file(
        model, other, tmp_path / "two.parquet", advance=lambda _, share: shares.append(share)
    )
    one, two = pd.read_csv(tmp_path / "one.csv"), pd.read_parquet(tmp_path / "two.parquet")
    pd.testing.assert_frame_equal(one, two, rtol=1e-12, check_dtype=False)
    assert len(shares) == 5
    assert shares == sorted(shares)
    assert suffix == ".xlsx" or shares[-1] == pytest.approx(1.0, abs=0.01)


def test_what_is_unusual_is_counted(model, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(
        "town,dose,age,more\nBern,1,40,x\nChur,999,NA,x\n,many,41,x\nGenf,-999,42,x\n",
        encoding="utf-8",
    )
    found = predict_file(model, path, tmp_path / "out.csv")
    assert found.ignored == ["more"]
    dose, town, age = (found.columns[name] for name in ("dose", "town", "age"))
    assert (dose.unreadable, dose.outside, dose.missing) == (1, 2, 0)
    assert list(dose.examples) == ["many"]
    assert (town.unseen, town.missing) == (1, 1)
    assert list(town.examples) == ["Chur"]
    assert (age.missing, age.outside) == (1, 0)


def test_the_training_rows_are_never_outside_their_range(model, new, tmp_path):
    found = predict_file(model, new, tmp_path / "out.csv")
    assert all(counts.outside == 0 for counts in found.columns.values())


def test_errors_leave_no_file(model, people, tmp_path, monkeypatch):
    # Before pandas 3 a line of too many fields that begins a chunk is cut.
    small_chunks(monkeypatch, 7)
    path, output = tmp_path / "new.csv", tmp_path / "out.csv"
    text = people.drop(columns="outcome").to_csv(index=False)
    path.write_text(text + "1,2,3,4,5,6,7\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 302"):
        predict_file(model, path, output)
    assert [one.name for one in tmp_path.iterdir()] == ["new.csv"]
    output.write_text("earlier", encoding="utf-8")
    with pytest.raises(DataError):
        predict_file(model, path, output)
    assert output.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("age,dose\n1,2\n", r"column 'town' is missing"),
        ("age,Dose,town\n1,2,Bern\n", r"did you mean 'Dose'"),
        ("age,dose,town\n", "no rows"),
        ("", "empty"),
    ],
)
def test_unusable_files_are_refused(model, tmp_path, text, problem):
    path = tmp_path / "new.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        predict_file(model, path, tmp_path / "out.csv")


def test_unusable_settings_are_refused(model, new, tmp_path):
    with pytest.raises(SettingError, match="output must end in"):
        predict_file(model, new, tmp_path / "out.txt")
    with pytest.raises(SettingError, match="the file to predict"):
        predict_file(model, new, new)
    with pytest.raises(DataError, match="'ID' does not exist; did you mean 'id'"):
        predict_file(model, new, tmp_path / "out.csv", id_column="ID")
    for value in (0.0, 1.5, float("nan")):
        with pytest.raises(SettingError, match="threshold must be a probability"):
            predict_file(model, new, tmp_path / "out.csv", threshold=value)


def test_a_threshold_and_a_prevalence_change_the_decisions(model, people, new, tmp_path):
    each = (
        {"threshold": 0.9},
        {"threshold": 0.05},
        {"adjust": adjuster(model, given_shares(model, 0.01))},
        {"adjust": adjuster(model, given_shares(model, 0.2))},
        {},
    )
    out = tmp_path / "out.csv"
    n_ill = [predict_file(model, new, out, **settings).decided[1] for settings in each]
    assert n_ill[0] < n_ill[1]
    assert n_ill[2] < n_ill[3] == n_ill[4]
    odds = [
        found / (1 - found)
        for found in (
            model.predict(people).probabilities[:, 1],
            model.predict(people, adjust=adjuster(model, given_shares(model, 0.5))).probabilities[
                :, 1
            ],
        )
    ]
    np.testing.assert_allclose(odds[1], 4 * odds[0], rtol=1e-9)


def test_the_sample_of_a_prior_is_even(model, people, new, monkeypatch):
    every = probability_sample(model, new)
    np.testing.assert_allclose(every, model.predict(people).probabilities, rtol=1e-12)
    monkeypatch.setattr(prediction, "SAMPLE_ROWS", 100)
    small_chunks(monkeypatch, 33)
    some = probability_sample(model, new)
    np.testing.assert_array_equal(some, every[::4])


def test_chunks_are_smaller_for_wide_tables(model):
    assert chunk_rows(model, 10) == prediction.MAX_ROWS
    assert chunk_rows(model, 10_000) == 256
    assert chunk_rows(model, 1000) == 1000
