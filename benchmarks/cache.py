"""Run measurements in parallel, and store the finished parts."""

from __future__ import annotations

import hashlib
import inspect
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from joblib import Memory, Parallel, delayed

from skfocal.comparison import environment

Part = TypeVar("Part")


def source_key(*modules: ModuleType) -> dict[str, str]:
    """Return what measurements depend on: versions, and the source code of some modules."""
    digest = hashlib.sha256("".join(map(inspect.getsource, modules)).encode())
    return {**environment()["versions"], "benchmark source": digest.hexdigest()}


def measure_parts(
    measure: Callable[[Part, dict[str, str]], Any],
    parts: Sequence[Part],
    key: dict[str, str],
    folder: Path,
    n_jobs: int,
) -> list[Any]:
    """Call a function for each part and its key, unless its result is stored in the folder.

    Progress is printed to stderr. After an interruption, the same call resumes.
    """
    cached = Memory(folder, verbose=0).cache(measure)
    missing = [part for part in parts if not cached.check_call_in_cache(part, key)]
    print(f"{len(parts) - len(missing)} of {len(parts)} parts are stored.", file=sys.stderr)
    start = time.monotonic()
    parallel = Parallel(n_jobs, return_as="generator_unordered", batch_size=1)
    for n_done, _ in enumerate(parallel(delayed(cached)(part, key) for part in missing), start=1):
        minutes = (time.monotonic() - start) / n_done * (len(missing) - n_done) / 60
        text = f"{n_done} of {len(missing)} parts, {minutes:.1f} min left"
        print(text, file=sys.stderr, flush=True)
    return [cached(part, key) for part in parts]
