"""Published pages: a results file and a template make a page, and a command makes both."""

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
from skfocal.cli import output_directory


ROOT = Path(__file__).parents[1]
RESULTS, DOCS = ROOT / "benchmarks" / "results", ROOT / "docs"
TEMPLATES = ROOT / "benchmarks" / "templates"
SOME_FAILED = 1
"""Exit code of a run whose results list failures."""
LIST_OF_SCALARS = re.compile(r"\[\n[^][{}]*\]")


@dataclass(frozen=True)
class Task:
    """What a command asks a benchmark to measure.

    Attributes
    ----------
    names : tuple of str
        Data sets to measure on; empty for all.
    quick : bool
        Whether a small part is enough.
    n_jobs : int
        Number of processes, -1 for one per core.
    folder : Path
        Where finished parts are stored.
    save : callable
        Writes the results so far.
    """

    names: tuple[str, ...]
    quick: bool
    n_jobs: int
    folder: Path
    save: Callable[[Any], None]

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
    info = results
    if isinstance(results, MeasuredTable):
        info = results.info
        write_file(
            stem.with_suffix(".csv"), results.figures.to_csv(index=False, float_format="%.5g")
        )
    text = json.dumps(info, indent=1, ensure_ascii=False)
    in_lines = LIST_OF_SCALARS.sub(lambda found: re.sub(r"\n *", "", found[0]), text)
    write_file(stem.with_suffix(".json"), in_lines + "\n")


def read_results(stem: Path) -> Any:
    """Read what `write_results` wrote."""
    info = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    table = stem.with_suffix(".csv")
    return MeasuredTable(pd.read_csv(table), info) if table.exists() else info


@dataclass(frozen=True)
class Page:
    """A page of the documentation that is made from the results of a benchmark.

    Attributes
    ----------
    name : str
        Of the command, the results, the template and the page.
    help : str
        What the command does.
    measure : callable
        Takes a `Task` and returns the results.
    view : callable
        Takes the results and returns the variables of the template.
    names : sequence of str, default=()
        Data sets that can be chosen.
    option : str, default="--dataset"
        The option that chooses them.
    draw : callable, default=None
        Takes the results and a folder, and writes the figures there.
    also : mapping of str to str, default={}
        Further pages, by their paths in the documentation, and their templates.
    templates : Path, default=benchmarks/templates
        Folder of the templates.
    """

    name: str
    help: str
    measure: Callable[[Task], Any]
    view: Callable[[Any], Mapping[str, Any]]
    names: Sequence[str] = ()
    option: str = "--dataset"
    draw: Callable[[Any, Path], None] | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    templates: Path = TEMPLATES


def build(page: Page, results: Any, folder: Path, readme: Path | None = None) -> list[Path]:
    """Write the pages and figures of some results, and the README's part where there is one."""
    view = page.view(results)
    templates = {f"{page.name}.md": f"{page.name}.md.jinja", **page.also}
    paths = [
        write_file(folder / name, render(template, view, page.templates))
        for name, template in templates.items()
    ]
    if page.draw is not None:
        page.draw(results, folder)
    if readme is not None:
        part = render(f"{page.name}.readme.md.jinja", view, page.templates)
        write_file(readme, replace_part(readme.read_text(encoding="utf-8"), page.name, part))
    return paths


def render(template: str, view: Mapping[str, Any], folder: Path = TEMPLATES) -> str:
    """Fill a template in; there is never more than one empty line in a row."""
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


def replace_part(text: str, name: str, part: str) -> str:
    """Replace what is between the markers of this name."""
    marked = re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- end of {name} -->)", flags=re.DOTALL)
    return marked.sub(lambda found: f"{found[1]}{part}{found[3]}", text)


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
    "-j",
    "jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes.  [default: one per core]",
)


def page_command(page: Page) -> click.Command:
    """Return the command that measures and makes a page."""

    def run(
        output: Path | None,
        jobs: int | None,
        *,
        quick: bool,
        page_only: bool,
        names: tuple[str, ...] = (),
    ) -> None:
        work = Path("report") / page.name if output is None else output
        published = output is None and not (quick or names)
        stem = (RESULTS if published else work) / page.name
        if not page_only:
            output_directory(stem.parent)
            save = partial(write_results, stem=stem)
            save(page.measure(Task(names, quick, jobs or -1, work / "parts", save)))
        results = read_results(stem)
        has_part = published and (page.templates / f"{page.name}.readme.md.jinja").exists()
        paths = build(
            page, results, DOCS if published else work, ROOT / "README.md" if has_part else None
        )
        click.echo("\n".join(map(str, [stem.with_suffix(".json"), *paths])))
        info = results.info if isinstance(results, MeasuredTable) else results
        if info.get("failures"):
            raise SystemExit(SOME_FAILED)

    options = [
        click.option("-o", "output", type=directory, metavar="DIR", help="Folder of the results."),
        jobs_option,
        click.option("--quick", is_flag=True, help="Measure a small part."),
        click.option("--page", "page_only", is_flag=True, help="Only make the page again."),
    ]
    if page.names:
        options.append(choose(page.names, page.option))
    command: Any = run
    for option in options:
        command = option(command)
    return click.command(page.name, help=page.help)(command)


def write_file(path: Path, text: str) -> Path:
    """Write a file that is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    return part.replace(path)
