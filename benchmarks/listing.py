"""The command `list`: the data sets and their sizes."""

from __future__ import annotations

import click
import numpy as np

from benchmarks.data_sets import DATA_SETS, load
from benchmarks.formatting import percent
from benchmarks.publishing import choose


@click.command("list")
@choose(list(DATA_SETS))
def command(names: tuple[str, ...]) -> None:
    """List the data sets: rows, columns, classes, fraction of the rarest class, source."""
    chosen = names or tuple(DATA_SETS)
    width = max(map(len, chosen))
    click.echo(f"{'name':{width}}     rows  columns  classes   rarest  source")
    for name in chosen:
        table, source = load(name), DATA_SETS[name]
        rarest = percent(np.bincount(table.y).min() / len(table.y), 2)
        click.echo(
            f"{name:{width}}  {len(table.y):7d}  {table.X.shape[1]:7d}  {table.n_classes:7d}  "
            f"{rarest:>7}  {source.family}, in {source.package.replace('_', '-')}"
        )
