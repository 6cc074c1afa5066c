"""Model files: complete, never executed, and refused if anything is wrong."""

import io
import json
import os
import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import skops.io

from skfocal.comparison import METHODS, ON_REQUEST
from skfocal.comparison.deployment import model_file
from skfocal.comparison.deployment.card import write_card_text
from skfocal.comparison.deployment.model_file import load_model, read_card, save_model
from skfocal.comparison.errors import ModelError

NAMES = [
    "logistic",
    "class_weight",
    "focal (recovered)",
    "focal (raw)",
    "oversample",
    "platt",
    "isotonic",
    "temperature",
    "label_smoothing",
    "hard_examples",
    "class_weight_corrected",
]


def rewritten(path, target, **changes):
    """Write a model file with other members."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name.partition(".")[0], old.read(name)))
    return target


@pytest.fixture(scope="session")
def path(model, tmp_path_factory):
    return save_model(model, tmp_path_factory.mktemp("model") / "model.skops")


@pytest.mark.parametrize("name", NAMES)
def test_a_loaded_model_predicts_as_the_one_that_was_saved(make_model, people, tmp_path, name):
    model = make_model(name)
    loaded = load_model(save_model(model, tmp_path / "model.skops"))
    for before, after in zip(
        (model.predict(people).probabilities, model.predict(people).decisions),
        (loaded.predict(people).probabilities, loaded.predict(people).decisions),
        strict=True,
    ):
        np.testing.assert_array_equal(before, after)
    assert loaded.classes == ("well", "ill")


def test_the_two_views_of_focal_loss_are_different_models(make_model, people):
    settings = {"gamma": (2.0,)}
    recovered, raw = (make_model(f"focal ({view})", **settings) for view in ("recovered", "raw"))
    first, second = recovered.predict(people).probabilities, raw.predict(people).probabilities
    assert np.abs(first - second).max() > 0.02
    np.testing.assert_array_equal(np.argsort(first[:, 1]), np.argsort(second[:, 1]))


def test_the_card_describes_the_data_the_model_and_what_to_expect(path, table):
    card = read_card(path)
    assert card["data"]["rows"] == 300
    assert len(card["data"]["hash"]) == 32
    assert dict(zip(card["classes"], card["class_shares"], strict=True)) == {
        "well": 0.8,
        "ill": 0.2,
    }
    features = {one["feature"]: one for one in card["features"]}
    assert features["age"]["low"] == table.X["age"].min()
    assert features["age"]["missing_share"] == table.X["age"].isna().mean()
    assert features["town"]["categories"] == ["Basel", "Bern", "Genf"]
    assert card["command"] == "a command"
    assert card["expected_of_same_data"]
    assert {"skfocal", "scikit-learn", "numpy", "python"} <= set(card["versions"])
    text = write_card_text(card)
    assert all(word in text for word in ("300 rows", "Basel, Bern, Genf", "rows flagged"))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("README.md").decode() == text


def test_no_row_of_the_table_is_in_the_file(path, table):
    rows = np.array(read_card(path)["reference"]["rows"], dtype=float)
    same = (rows[:, np.newaxis] == table.X.to_numpy()).all(axis=2)
    assert not same.any()


class Hostile:
    """What pickle and its like would execute."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (self.marker,)


@pytest.mark.parametrize("kind", ["reduce", "function", "method"])
def test_a_hostile_file_is_refused_and_not_executed(path, tmp_path, kind):
    marker = str(tmp_path / "executed")
    content = {
        "reduce": Hostile(marker),
        "function": os.mkdir,
        "method": Hostile(marker).__reduce__,
    }[kind]
    hostile = skops.io.dumps({"pipeline": content, "correction": None})
    target = tmp_path / "hostile.skops"
    with zipfile.ZipFile(path) as old:
        card = old.read("card.json")
    buffer = io.BytesIO(hostile)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("card.json", card)
    target.write_bytes(buffer.getvalue())
    with pytest.raises(ModelError, match="refused"):
        load_model(target)
    assert not os.path.exists(marker)  # noqa: PTH110  # the hostile name is a text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"age,outcome\n1,2\n", "damaged"),
        (pickle.dumps(Hostile("executed")), "damaged"),
    ],
)
def test_other_files_are_refused(tmp_path, content, problem):
    target = tmp_path / "model.skops"
    target.write_bytes(content)
    with pytest.raises(ModelError, match=problem):
        load_model(target)


def test_a_file_of_skops_without_a_card_is_refused(tmp_path):
    skops.io.dump([1, 2], tmp_path / "model.skops")
    with pytest.raises(ModelError, match="no model card"):
        load_model(tmp_path / "model.skops")


def test_truncated_files_are_refused_at_every_length(path, tmp_path):
    content = path.read_bytes()
    target = tmp_path / "model.skops"
    for length in np.linspace(0, len(content) - 1, 40).astype(int):
        target.write_bytes(content[:length])
        with pytest.raises(ModelError):
            load_model(target)


def test_a_changed_byte_is_noticed_or_changes_nothing(path, model, people, tmp_path):
    content = bytearray(path.read_bytes())
    target = tmp_path / "model.skops"
    expected = model.predict(people).probabilities
    for place in np.random.default_rng(0).integers(0, len(content), 60):
        changed = bytearray(content)
        changed[place] ^= 0x55
        target.write_bytes(changed)
        try:
            found = load_model(target)
        except ModelError:
            continue
        np.testing.assert_array_equal(found.predict(people).probabilities, expected)


def test_other_versions_give_a_warning(path, tmp_path):
    card = read_card(path)
    card["versions"]["scikit-learn"] = "0.1"
    target = rewritten(path, tmp_path / "model.skops", card=json.dumps(card))
    with pytest.warns(UserWarning, match=r"scikit-learn 0\.1 \(now "):
        load_model(target)


def test_a_model_that_predicts_otherwise_is_refused(path, tmp_path):
    card = read_card(path)
    card["reference"]["log_probabilities"][0][0] += 1e-3
    target = rewritten(path, tmp_path / "model.skops", card=json.dumps(card))
    with pytest.raises(ModelError, match="predicts otherwise"):
        load_model(target)


def test_a_later_format_is_refused(path, tmp_path):
    card = json.dumps({**read_card(path), "format": 99})
    with pytest.raises(ModelError, match="format 99"):
        load_model(rewritten(path, tmp_path / "model.skops", card=card))


def test_a_card_without_an_entry_is_refused(path, tmp_path):
    card = read_card(path)
    assert set(card) == {*model_file.CARD_ENTRIES, "format", "evaluation"}
    for name in model_file.CARD_ENTRIES:
        text = json.dumps({key: value for key, value in card.items() if key != name})
        with pytest.raises(ModelError, match=f"without {name}"):
            read_card(rewritten(path, tmp_path / "model.skops", card=text))


def test_what_may_not_be_in_a_file_is_not_written(model, tmp_path):
    strange = replace(model, correction=Hostile("executed"))
    with pytest.raises(ModelError, match="Hostile"):
        save_model(strange, tmp_path / "model.skops")
    assert not list(tmp_path.iterdir())


def test_only_types_of_the_catalogue_are_allowed():
    allowed = set(model_file._allowed_types())  # noqa: SLF001  # the list that safety depends on
    modules = {name.rpartition(".")[0].partition(".")[0] for name in allowed}
    assert modules <= {"skfocal", "sklearn", "imblearn", "numpy"}
    assert len(allowed) <= len(METHODS) + len(ON_REQUEST) + 10


def test_missing_values_and_unknown_categories_are_predicted(model):
    new = pd.DataFrame({"age": [None, 40.0], "dose": [1e9, None], "town": ["Chur", None]})
    found = model.predict(new)
    assert np.isfinite(found.probabilities).all()
    assert found.rows.unseen["town"].tolist() == [True, False]
