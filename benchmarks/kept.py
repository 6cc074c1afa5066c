"""Measurements in files of their own, found again under the key of all that they depend on."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from joblib import Parallel, delayed

from skfocal.comparison.storage.files import write_text

__all__ = ["code_of", "find", "in_parallel", "keep", "write_whole"]

Part = TypeVar("Part")


def code_of(*modules: ModuleType) -> str:
    """Return a digest of the modules that make some numbers."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def keep(path: Path, key: Any, content: Any) -> Any:
    """Store measurements under their key, both plain JSON, and return them as they will be found.

    So numbers and types are the same, whether they were measured now or before.
    """
    text = json.dumps({"key": key, "content": content})
    write_whole(path, text)
    return json.loads(text)["content"]


def find(path: Path, key: Any) -> Any:
    """Return what was stored under this key; None, and a word on stderr, if it cannot be used."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["key"] == key:
            return stored["content"]
        reason = "other versions, code or settings"
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
    print(f"{path} is measured anew ({reason}).", file=sys.stderr)
    return None


def write_whole(path: Path, text: str) -> Path:
    """Write a file, and the folder if there is none, so that it is never seen in part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_text(path, text)


def in_parallel(
    measure: Callable[[Part], Any],
    missing: Sequence[Part],
    n_jobs: int,
    name: Callable[[Part], str],
) -> Iterator[tuple[Part, Any]]:
    """Measure what is missing, each as soon as there is room, telling on stderr how far it is."""
    start = time.monotonic()
    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
    done = parallel(delayed(_with_part)(measure, part) for part in missing)
    for n_done, (part, found) in enumerate(done, start=1):
        left = (time.monotonic() - start) / n_done * (len(missing) - n_done) / 60
        told = f"{name(part)}: {n_done} of {len(missing)} parts, {left:.1f} min left"
        print(told, file=sys.stderr, flush=True)
        yield part, found


def _with_part(measure: Callable[[Part], Any], part: Part) -> tuple[Part, Any]:
    return part, measure(part)
