"""A recommendation as a Python script that runs without the comparison."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from skfocal.comparison.data.readings import DateReading, NumberReading, TimeReading
from skfocal.comparison.data.schema import Schema

__all__ = ["Imports", "script", "source_of"]

WIDTH = 96
INDENT = "    "
POSITIONAL = ("steps", "transformers")
TYPED_READERS = {
    ".parquet": "read_parquet",
    ".feather": "read_feather",
    ".arrow": "read_feather",
}
"""Functions of pandas for files whose columns have types, by suffix."""


class Imports:
    """The names that a script imports."""

    def __init__(self) -> None:
        self.module_of: dict[str, tuple[str, str]] = {}
        """Module and name there, by the name in the script."""

    def add(self, module: str, name: str) -> str:
        """Import a name, and return it; that of another module has the package before it."""
        known = self.module_of.setdefault(name, (module, name))
        if known == (module, name):
            return name
        alias = f"{module.partition('.')[0].capitalize()}{name}"
        self.module_of[alias] = module, name
        return alias

    def lines(self) -> Iterator[str]:
        """Yield the statements."""
        names: dict[str, list[str]] = {}
        for alias, (module, name) in sorted(self.module_of.items()):
            names.setdefault(module, []).append(name if alias == name else f"{name} as {alias}")
        for module, imported in sorted(names.items()):
            yield f"from {module} import {', '.join(imported)}"


def source_of(value: Any, imports: Imports, indent: str = "") -> str:
    """Write an estimator, or a value of its parameters, as Python.

    Parameters
    ----------
    value : object
        Estimator, function, container or plain value.
    imports : Imports
        Takes what has to be imported.
    indent : str, default=""
        Indentation of the line.
    """
    deeper = indent + INDENT
    if isinstance(value, partial):
        given = [_name_of(value.func, imports)]
        given += [f"{key}={source_of(one, imports, deeper)}" for key, one in value.keywords.items()]
        return _call(imports.add("functools", "partial"), given, indent)
    if hasattr(value, "get_params"):
        changed = sorted(_changed(value), key=lambda pair: pair[0] not in POSITIONAL)
        given = [
            ("" if key in POSITIONAL else f"{key}=") + source_of(one, imports, deeper)
            for key, one in changed
        ]
        return _call(_name_of(type(value), imports), given, indent)
    if callable(value):
        return _name_of(value, imports)
    if isinstance(value, Mapping):
        pairs = [
            f"{_literal(key)}: {source_of(one, imports, deeper)}" for key, one in value.items()
        ]
        return _bracketed("{", pairs, "}", indent)
    if isinstance(value, list | tuple):
        items = [source_of(one, imports, deeper) for one in value]
        begin, end = "[]" if isinstance(value, list) else "()"
        return _bracketed(begin, items, end, indent)
    return _literal(value)


def script(
    estimator: Any,
    schema: Schema,
    *,
    title: str,
    data: str,
    target: str,
    positive: str | None,
    threshold: float | None,
    categorical: Sequence[str],
) -> str:
    """Write a script that reads a table, fits the estimator and flags rows.

    Parameters
    ----------
    estimator : estimator
        An unfitted pipeline on the features of the table.
    schema : Schema
        How the columns are read.
    title : str
        First line of its docstring.
    data, target : str
        The file, and the column to predict.
    positive : str or None
        Label of the positive class; None with more than two classes.
    threshold : float or None
        The threshold of decisions.
    categorical : sequence of str
        Names of the categorical columns.
    """
    imports = Imports()
    model = source_of(estimator, imports)
    texts = [target, *categorical, *(one.column for one in schema.readings if _is_text(one))]
    texts = list(dict.fromkeys(texts))
    lines = [f'"""{title}"""', "", "import pandas as pd", *imports.lines(), ""]
    lines += _reading(data, texts, keep_na=schema.keep_na)
    lines.append(f"table = table.dropna(subset=[{_literal(target)}])")
    lines += _conversions(schema)
    label = f'table[{_literal(target)}].astype(str).str.strip().str.removesuffix(".0")'
    lines.append(f"y = {label}" + ("" if positive is None else f" == {_literal(positive)}"))
    lines += ["", f"model = {model}", "model.fit(table, y)", ""]
    if positive is None:
        lines += ["probabilities = model.predict_proba(table)", "predicted = model.predict(table)"]
        lines.append("print(predicted)")
    else:
        lines.append("probability = model.predict_proba(table)[:, 1]")
        lines.append(f"flagged = probability >= {threshold!r}")
        lines.append('print(f"{flagged.sum()} of {len(flagged)} rows are flagged")')
    return "\n".join(lines) + "\n"


def _reading(data: str, texts: Sequence[str], *, keep_na: bool) -> Iterator[str]:
    """Yield the statements that read the file."""
    suffix = PurePath(data).suffix.lower()
    if suffix in TYPED_READERS:
        yield f"table = pd.{TYPED_READERS[suffix]}({_literal(data)})"
        return
    yield f"texts = {source_of(texts, Imports())}"
    given = [_literal(data), "dtype=dict.fromkeys(texts, str)"]
    if keep_na:
        given += ["keep_default_na=False", 'na_values=[""]']
    if suffix == ".xlsx":
        yield f"table = {_call('pd.read_excel', given, '')}"
        return
    given += ["sep=None", 'engine="python"', "skipinitialspace=True"]
    yield f"table = {_call('pd.read_csv', given, '')}  # finds the separator"


def _is_text(reading: Any) -> bool:
    return not isinstance(reading, NumberReading) or _has_form(reading)


def _has_form(reading: NumberReading) -> bool:
    return reading.form.decimal_comma or reading.form.units != ("",)


def _conversions(schema: Schema) -> Iterator[str]:
    """Yield the statements that turn columns into the features of the table."""
    plain = [
        one.column
        for one in schema.readings
        if isinstance(one, NumberReading) and not _has_form(one)
    ]
    if plain:
        yield f"for column in {source_of(plain, Imports())}:"
        yield f'{INDENT}table[column] = pd.to_numeric(table[column], errors="coerce")'
    for reading in schema.readings:
        column = f"table[{_literal(reading.column)}]"
        if isinstance(reading, NumberReading) and _has_form(reading):
            comma = reading.form.decimal_comma
            yield f'digits = {column}.str.replace(r"^\\((.*)\\)$", r"-\\1", regex=True)'
            kept = r"[^0-9,eE+-]" if comma else r"[^0-9.eE+-]"
            decimal = '.str.replace(",", ".")' if comma else ""
            other = rf"{kept}|[eE](?![+-]?\d)"
            yield f'digits = digits.str.replace(r"{other}", "", regex=True){decimal}'
            yield f'{column} = pd.to_numeric(digits, errors="coerce")'
        elif isinstance(reading, TimeReading):
            yield f'clock = {column}.str.replace(r"^(\\d+:\\d\\d)$", r"\\1:00", regex=True)'
            yield f'{column} = pd.to_timedelta(clock, errors="coerce").dt.total_seconds()'
        elif isinstance(reading, DateReading):
            how = f'dayfirst={reading.days_lead}, format="mixed", errors="coerce"'
            yield f"dates = pd.to_datetime({column}, {how})"
            for part, feature in zip(reading.parts, reading.features, strict=True):
                yield f"table[{_literal(feature)}] = {_part(part)}"


def _part(part: str) -> str:
    if part == "total seconds":
        return '(dates - pd.Timestamp("1970-01-01")).dt.total_seconds()'
    return f"dates.dt.{'day_of_week' if part == 'weekday' else part}"


def _changed(estimator: Any) -> list[tuple[str, Any]]:
    """Return the parameters that differ from their defaults."""
    defaults = {
        name: one.default for name, one in inspect.signature(type(estimator)).parameters.items()
    }
    return [
        (name, value)
        for name, value in estimator.get_params(deep=False).items()
        if repr(value) != repr(defaults.get(name))
    ]


def _name_of(one: Any, imports: Imports) -> str:
    """Import a class or function from the shortest public module that has it."""
    parts, name = one.__module__.split("."), one.__name__
    for end in range(1, len(parts) + 1):
        module = ".".join(parts[:end])
        if getattr(sys.modules.get(module), name, None) is one:
            return imports.add(module, name)
    return imports.add(one.__module__, name)


def _literal(value: Any) -> str:
    """Write a plain value, text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _call(name: str, given: Sequence[str], indent: str) -> str:
    return _bracketed(f"{name}(", given, ")", indent)


def _bracketed(begin: str, items: Sequence[str], end: str, indent: str) -> str:
    comma = "," if begin == "(" and len(items) == 1 else ""
    line = f"{begin}{', '.join(items)}{comma}{end}"
    if len(indent) + len(line) <= WIDTH and "\n" not in line:
        return line
    deeper = indent + INDENT
    return "\n".join([begin, *(f"{deeper}{item}," for item in items), indent + end])
