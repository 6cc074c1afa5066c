"""The processor of this machine, and an older one that is emulated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MODULE = "benchmarks.speed.processors"
KINDS = ("AVX-512", "AVX2")
"""The kinds of processors, in the order of the page."""
_WIDE = ("AVX512", "X86_V4")


@dataclass(frozen=True)
class Processor:
    """A kind of processor, and the environment that makes NumPy and OpenBLAS use its instructions.

    Libraries with kernels of their own, such as scikit-learn-intelex, are not restricted.
    """

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)


def processors() -> list[Processor]:
    """Return this processor, and one with AVX2 if this one has wider instructions."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    wide = [feature for feature in found if feature.startswith(_WIDE)]
    if not wide:
        return [Processor("AVX2")]
    emulated = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(wide)}
    return [Processor("AVX-512"), Processor("AVX2", emulated)]


def measure_on(
    processor: Processor, use: str, table: str, solvers: Sequence[str], rounds: int
) -> list[dict[str, Any]]:
    """Make one measurement in a process of its own."""
    request = json.dumps({"use": use, "table": table, "solvers": solvers, "rounds": rounds})
    done = subprocess.run(  # noqa: S603 - this module
        [sys.executable, "-m", MODULE],
        input=request,
        env={**os.environ, **processor.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"{use} of {table} failed with exit code {done.returncode}:\n{done.stderr}"
        )
    records: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return [{"processor": processor.name, **each} for each in records]


def _main() -> None:
    from benchmarks.speed.l1 import L1_MEASUREMENTS  # noqa: PLC0415 - only in the process
    from benchmarks.speed.measurements import MEASUREMENTS  # noqa: PLC0415
    from benchmarks.speed.solvers import SOLVERS  # noqa: PLC0415
    from benchmarks.speed.tables import SPECS  # noqa: PLC0415

    request = json.load(sys.stdin)
    (spec,) = (spec for spec in SPECS if spec.name == request["table"])
    names, rounds = request["solvers"], request["rounds"]
    if request["use"] in L1_MEASUREMENTS:
        records = L1_MEASUREMENTS[request["use"]](names, spec, rounds)
    else:
        solvers = {name: SOLVERS[name] for name in names}
        records = MEASUREMENTS[request["use"]](solvers, spec, rounds)
    print(json.dumps(records))


if __name__ == "__main__":
    _main()
