"""Run pytest with the kernels that OpenBLAS and NumPy choose on older processors.

Kernels round differently, so a solver that converges with one may stop short with another. The
arguments are those of pytest.
"""

import json
import os
import platform
import subprocess
import sys

KERNELS = ["Haswell", "Nehalem"]  # AVX2, and SSE only

DESCRIBE = """
import json
import numpy as np
import scipy.linalg
import threadpoolctl

libraries = threadpoolctl.threadpool_info()
kernels = {of["architecture"] for of in libraries if of["internal_api"] == "openblas"}
features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(json.dumps([sorted(kernels), features]))
"""


def describe(environment):
    """Return the kernels of OpenBLAS and the optional processor features that NumPy uses."""
    command = [sys.executable, "-W", "error", "-c", DESCRIBE]
    run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603 - the script above
    return json.loads(run.stdout)


def run_tests(environment, arguments):
    """Return whether the tests pass."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode == 0  # noqa: S603 - pytest of this interpreter


def main():
    """Run the tests once per kernel, and return an exit status or a message."""
    chosen = ("NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES")
    environment = {name: value for name, value in os.environ.items() if name not in chosen}
    default_kernels, features = describe(environment)
    if platform.machine() not in {"AMD64", "x86_64"} or not default_kernels:
        print("Nothing to run: the kernels are those of OpenBLAS on x86-64.")
        return 0
    # NumPy warns of features that it cannot disable, so the list is exactly those that it found.
    environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(features)
    failed = []
    for kernel in KERNELS:
        environment["OPENBLAS_CORETYPE"] = kernel
        used = describe(environment)
        if used != [[kernel], []]:
            return f"The kernel {kernel} was not chosen: OpenBLAS and NumPy use {used}."
        print(f"OpenBLAS uses {kernel}, NumPy its baseline", flush=True)
        if not run_tests(environment, sys.argv[1:]):
            failed.append(kernel)
    return f"Tests failed with {' and '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main())
