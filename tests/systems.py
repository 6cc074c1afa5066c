"""Marks that skip tests where the operating system lacks what they need."""

import os
import signal
import sys
from pathlib import Path

import pytest

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin",
    reason="needs fork, which is unsafe beside threads on macOS",
)
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs the files in /proc"
)
needs_peak_memory = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="needs /proc/self/clear_refs"
)
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
