"""Published pages: each is made by a command from a results file and a template."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from benchmarks import formatting
from skfocal.cli import create_directory

ROOT = Path(__file__).parents[1]
RESULTS, DOCS = ROOT / "benchmarks" / "results", ROOT / "docs"
TEMPLATES = ROOT / "benchmarks" / "templates"
SOME_FAILED = 1
"""Exit code of a run whose results list failures."""
LIST_OF_SCALARS = re.compile(r"\[\n[^][{}]*\]")


@dataclass(frozen=True)
class Task:
    """What a benchmark has to measure: some data sets by name, or all.

    Finished parts are stored in `folder`; `save` writes the results so far. `flags` are the flags
    of the page that were given.
    """

    names: tuple[str, ...]
    quick: bool
    n_jobs: int
    folder: Path
    save: Callable[[Any], None]
    flags: frozenset[str] = frozenset()

    def repeat(self, command: str, option: str = "--dataset") -> str:
        """Return the command that repeats the measurement."""
        chosen = "".join(f' {option} "{name}"' for name in self.names)
        return f"python -m benchmarks {command}{' --quick' * self.quick}{chosen}"


@dataclass(frozen=True)
class MeasuredTable:
    """Results with a table, which is stored as CSV beside the JSON of all the rest."""

    figures: pd.DataFrame
    info: dict[str, Any]


def write_results(results: Any, stem: Path) -> None:
    """Write results to the JSON file of this stem, and their table to CSV."""
    if isinstance(results, MeasuredTable):
        table = results.figures.to_csv(index=False, float_format="%.5g")
        write_file(stem.with_suffix(".csv"), table)
        results = results.info
    text = json.dumps(results, indent=1, ensure_ascii=False)
    in_lines = LIST_OF_SCALARS.sub(lambda found: re.sub(r"\n *", "", found[0]), text)
    write_file(stem.with_suffix(".json"), in_lines + "\n")


def read_results(stem: Path) -> Any:
    """Read what `write_results` wrote."""
    info = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    table = stem.with_suffix(".csv")
    return MeasuredTable(pd.read_csv(table), info) if table.exists() else info


@dataclass(frozen=True)
class Page:
    """A page of the documentation, made from the results of a benchmark.

    The command, the results, the template and the page have one name. `measure` returns the
    results, `view` the variables of the template, and `draw` writes figures to a folder. `option`
    chooses among the `names` of data sets. `also` maps further pages to their templates. `flags`
    maps further flags of the command to their help. The page is in the folder `section` of docs.
    A page without `measure` shows the results of the pages in `sources`.
    """

    name: str
    help: str
    measure: Callable[[Task], Any] | None
    view: Callable[[Any], Mapping[str, Any]]
    names: Sequence[str] = ()
    option: str = "--dataset"
    draw: Callable[[Any, Path], None] | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    templates: Path = TEMPLATES
    flags: Mapping[str, str] = field(default_factory=dict)
    section: str = "."
    sources: Sequence[str] = ()


def results_of(page: Page, folder: Path = RESULTS) -> Any:
    """Read the results that a page shows."""
    if page.measure is None:
        return {name: read_results(folder / name) for name in page.sources}
    return read_results(folder / page.name)


def build(page: Page, results: Any, folder: Path) -> list[Path]:
    """Write the pages and figures of some results."""
    view = page.view(results)
    templates = {f"{page.section}/{page.name}.md": f"{page.name}.md.jinja", **page.also}
    if page.draw is not None:
        page.draw(results, folder)
    return [
        write_file(folder / name, render(template, view, page.templates))
        for name, template in templates.items()
    ]


def fill_readme(page: Page, results: Any, readme: Path) -> None:
    """Replace what is between the page's markers in the README."""
    part = render(f"{page.name}.readme.md.jinja", page.view(results), page.templates)
    start, end = f"<!-- {page.name} -->\n", f"<!-- end of {page.name} -->"
    before, _, rest = readme.read_text(encoding="utf-8").partition(start)
    write_file(readme, before + start + part + end + rest.partition(end)[2])


def render(template: str, view: Mapping[str, Any], folder: Path = TEMPLATES) -> str:
    """Render a template, without more than one empty line in a row."""
    environment = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {name: getattr(formatting, name) for name in formatting.__all__}
    return re.sub(r"\n{3,}", "\n\n", environment.get_template(template).render(view)).lstrip()


def choose(names: Sequence[str], option: str = "--dataset") -> Callable[..., Any]:
    """Return an option that chooses among names."""
    return click.option(
        option,
        "names",
        multiple=True,
        metavar="NAME",
        type=click.Choice(names),
        help="Use only the one of this name; may be repeated.  [default: all]",
    )


directory = click.Path(file_okay=False, path_type=Path)
jobs_option = click.option(
    "-j", "jobs", type=int, default=-1, metavar="N", help="Processes.  [default: one per core]"
)


def page_command(page: Page) -> click.Command:
    """Return the command that measures and makes a page."""
    measure = page.measure
    if measure is None:
        return _summary_command(page)

    def run(
        output: Path | None,
        jobs: int,
        *,
        quick: bool,
        page_only: bool,
        names: tuple[str, ...] = (),
        **flags: bool,
    ) -> None:
        work = Path("report") / page.name if output is None else output
        published = output is None and not (quick or names)
        stem = (RESULTS if published else work) / page.name
        if not page_only:
            create_directory(stem.parent)
            save = partial(write_results, stem=stem)
            given = frozenset(flag for flag, is_given in flags.items() if is_given)
            save(measure(Task(names, quick, jobs, work / "parts", save, given)))
        results = read_results(stem)
        paths = build(page, results, DOCS if published else work)
        if published and (page.templates / f"{page.name}.readme.md.jinja").exists():
            fill_readme(page, results, ROOT / "README.md")
        click.echo("\n".join(map(str, [stem.with_suffix(".json"), *paths])))
        info = results.info if isinstance(results, MeasuredTable) else results
        if info.get("failures"):
            raise SystemExit(SOME_FAILED)

    options = [
        click.option("-o", "output", type=directory, metavar="DIR", help="Folder of the results."),
        jobs_option,
        click.option("--quick", is_flag=True, help="Measure a small part."),
        click.option(
            "--page", "page_only", is_flag=True, help="Make the page again without measuring."
        ),
    ]
    options += [
        click.option(f"--{flag}", is_flag=True, help=text) for flag, text in page.flags.items()
    ]
    if page.names:
        options.append(choose(page.names, page.option))
    command: Any = run
    for option in options:
        command = option(command)
    return click.command(page.name, help=page.help)(command)


def _summary_command(page: Page) -> click.Command:
    """Return the command of a page that shows the results of others."""

    def run() -> None:
        click.echo("\n".join(map(str, build(page, results_of(page), DOCS))))

    return click.command(page.name, help=page.help)(run)


def write_file(path: Path, text: str) -> Path:
    """Write a file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    return part.replace(path)
