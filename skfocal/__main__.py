"""The program ``skfocal``, also as ``python -m skfocal``."""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["main"]

PACKAGES = ("click", "cloudpickle", "imblearn", "jinja2", "pandas", "rich", "skops")
"""What the extra `compare` installs."""
USAGE_ERROR = 2


def main() -> None:
    """Run a command, or state in one line what has to be installed."""
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        sys.stderr.write(
            f"Error: the commands need {', '.join(missing)}: pip install 'skfocal[compare]'\n"
        )
        raise SystemExit(USAGE_ERROR)
    from skfocal.cli import main as commands  # noqa: PLC0415  # needs the packages

    commands(prog_name="skfocal")


if __name__ == "__main__":
    main()
