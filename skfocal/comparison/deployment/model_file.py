"""Model files: skops archives, which hold no code, with the model card beside the model."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from skfocal.comparison.data.schema import Schema
from skfocal.comparison.deployment.card import FORMAT, write_card_text
from skfocal.comparison.deployment.model import Model
from skfocal.comparison.discovery import collect
from skfocal.comparison.errors import ModelError
from skfocal.comparison.methods.catalogue import METHODS, ON_REQUEST
from skfocal.comparison.storage.environment import versions
from skfocal.comparison.storage.files import write_bytes

__all__ = ["load_model", "read_card", "save_model"]

CARD, CARD_TEXT = "card.json", "README.md"
CARD_ENTRIES = (
    *(
        "command",
        "created",
        "data",
        "description",
        "method",
        "params",
        "recommendation",
        "versions",
    ),
    *("class_shares", "classes", "effects", "expected", "expected_of_same_data", "features"),
    *("mean_probabilities", "reference", "schema", "target"),
    *("threshold", "threshold_log_odds", "threshold_rule"),
)
"""What the commands read from a card."""
MAX_CARD_BYTES = 1 << 28
TOLERANCE = 1e-6
"""Largest change of a log-probability by rounding in other versions and on other processors."""
PARTS = (
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "sklearn.compose._column_transformer._RemainderColsList",  # until scikit-learn 1.7
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
)
"""Types within pipelines and ensembles of scikit-learn and imbalanced-learn."""
CHECKED = ("skfocal", "scikit-learn", "numpy")
"""Packages whose version a model depends on."""


def save_model(model: Model, path: str | Path) -> Path:
    """Write a model file.

    Parameters
    ----------
    model : Model
        The model.
    path : str or Path
        The file; it appears under its name when it is complete.

    Returns
    -------
    Path

    Raises
    ------
    ModelError
        If the model holds objects that a model file may not hold.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from skfocal.comparison import fit_model, save_model
    >>> save_model(fit_model(recommendation, table), "model.skops")  # doctest: +SKIP
    PosixPath('model.skops')
    """
    from skops.io import dumps, get_untrusted_types  # noqa: PLC0415  # takes long to import

    content = {"pipeline": model.pipeline, "correction": model.correction}
    try:
        archive = dumps(content, compression=zipfile.ZIP_DEFLATED)
        unknown = _unknown_types(get_untrusted_types(data=archive))
    except (TypeError, AttributeError, ValueError) as error:
        raise ModelError(
            f"{model.card['method']} cannot be written to a model file ({error}); use another "
            "method"
        ) from error
    if unknown:
        raise ModelError(
            f"{model.card['method']} cannot be written to a model file, which would hold "
            f"{', '.join(unknown)}; only types of skfocal, scikit-learn, imbalanced-learn and "
            "NumPy are allowed"
        )
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(CARD, json.dumps(model.card, allow_nan=False, indent=1))
        opened.writestr(CARD_TEXT, write_card_text(model.card))
    return write_bytes(Path(path), buffer.getvalue())


def read_card(path: str | Path) -> dict[str, Any]:
    """Read the card of a model file, without its model.

    Raises
    ------
    ModelError
        If the file is damaged, no model file, or of a later format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            if damaged is not None:
                raise zipfile.BadZipFile(f"{damaged} has another checksum")
            if archive.getinfo(CARD).file_size > MAX_CARD_BYTES:
                raise zipfile.BadZipFile("its card is too large")
            card: dict[str, Any] = json.loads(archive.read(CARD))
            number = card["format"]
    except FileNotFoundError as error:
        raise ModelError(f"{path} does not exist") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    except KeyError as error:
        raise ModelError(
            f"{path} has no model card of skfocal; write it with `skfocal fit`"
        ) from error
    except _DAMAGE as error:
        raise ModelError(
            f"{path} is damaged or no model file ({error}); write it again with `skfocal fit`"
        ) from error
    if number != FORMAT:
        raise ModelError(
            f"{path} has format {number}, written by skfocal {card['versions']['skfocal']}, but "
            f"this version reads format {FORMAT}; use that version, or fit the model again"
        )
    absent = [name for name in CARD_ENTRIES if name not in card]
    if absent:
        raise ModelError(
            f"{path} has an incomplete model card, without {', '.join(absent)}; write it again "
            "with `skfocal fit`"
        )
    return card


def load_model(path: str | Path) -> Model:
    """Load a model file; nothing in it is executed.

    Only types that `skfocal fit` writes are allowed. A model of other versions gives a warning,
    and is refused if it predicts otherwise than when it was written.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If the file is damaged, holds other types or predicts otherwise.

    Examples
    --------
    >>> from skfocal.comparison import load_model
    >>> model = load_model("model.skops")  # doctest: +SKIP
    """
    card = read_card(path)
    pipeline, correction = _load(Path(path), card)
    try:
        threshold = card["threshold_log_odds"]
        model = Model(
            pipeline,
            correction,
            Schema.from_dict(card["schema"]),
            tuple(card["classes"]),
            None if threshold is None else float(threshold),
            card,
        )
        reference = card["reference"]
        change = _largest_change(model, reference)
    except Exception as error:
        raise ModelError(
            f"{path} cannot be used with {_named(versions())}: {type(error).__name__}: {error}; it "
            f"was written with {_named(card['versions'])}"
        ) from error
    if not change <= TOLERANCE:
        raise ModelError(
            f"{path} predicts otherwise than when it was written with {_named(card['versions'])}; "
            f"use these versions instead of {_named(versions())}, or fit the model again"
        )
    return model


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    TypeError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    RecursionError,
)
"""What reading a damaged archive may raise."""


def _load(path: Path, card: Mapping[str, Any]) -> tuple[Any, Any]:
    from skops.io import get_untrusted_types, loads  # noqa: PLC0415  # takes long to import

    content = path.read_bytes()
    try:
        found = get_untrusted_types(data=content)
    except Exception as error:
        raise ModelError(
            f"{path} is damaged or no model file ({type(error).__name__}: {error}); write it "
            "again with `skfocal fit`"
        ) from error
    unknown = _unknown_types(found)
    if unknown:
        raise ModelError(
            f"{path} is refused: it holds {', '.join(unknown)}, which `skfocal fit` never writes; "
            "do not use files from sources that you do not trust"
        )
    _warn_of_versions(path, card)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the versions have been compared
            loaded = loads(content, trusted=sorted(found))
        return loaded["pipeline"], loaded["correction"]
    except Exception as error:
        raise ModelError(
            f"{path} cannot be loaded with {_named(versions())}: {type(error).__name__}: {error}; "
            f"it was written with {_named(card['versions'])}"
        ) from error


def _unknown_types(found: list[str]) -> list[str]:
    return sorted(set(found) - set(_allowed_types()))


def _allowed_types() -> Iterator[str]:
    """Yield the types that models of the catalogue hold, in addition to those skops trusts."""
    methods = [*METHODS.values(), *ON_REQUEST.values()]
    types = {type(method.classifier) for method in methods}
    types |= {np.dtype, *collect("skfocal.comparison.methods", "CORRECTIONS")}
    yield from (f"{one.__module__}.{one.__qualname__}" for one in types)
    yield from PARTS


def _warn_of_versions(path: Path, card: Mapping[str, Any]) -> None:
    now, then = versions(), card["versions"]
    other = [name for name in CHECKED if _minor(now[name]) != _minor(then.get(name, ""))]
    if other:
        described = ", ".join(f"{name} {then.get(name)} (now {now[name]})" for name in other)
        warnings.warn(f"{path} was written with {described}", stacklevel=4)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def _named(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {found.get(name)}" for name in CHECKED)


def _largest_change(model: Model, reference: Mapping[str, Any]) -> float:
    import pandas as pd  # noqa: PLC0415  # the only use

    rows = np.array(reference["rows"], dtype=np.float64)
    now = model.log_probabilities(pd.DataFrame(rows, columns=reference["features"]))
    then = np.array(reference["log_probabilities"], dtype=np.float64)
    return float(np.abs(now - then).max())
