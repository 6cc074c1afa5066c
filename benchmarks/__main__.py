"""Published runs: ``python -m benchmarks COMMAND``; ``--help`` lists the commands."""

from __future__ import annotations

import importlib
import pkgutil

import click

import benchmarks


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the comparison on published data."""


# Every module that defines `command` adds it, so that a new page needs no entry here.
for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
    if module.name != "benchmarks.__main__":
        found = getattr(importlib.import_module(module.name), "command", None)
        if isinstance(found, click.Command):
            main.add_command(found)

if __name__ == "__main__":
    main()
