"""The templates and their filters."""

from __future__ import annotations

import functools

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from skfocal.comparison.run.remaining_time import format_seconds

__all__ = ["EN_DASH", "number", "percent", "template", "template_exists"]

EN_DASH = "\N{EN DASH}"


def template(name: str) -> Template:
    """Return a template; those of HTML and SVG escape all values."""
    return _environment().get_template(name)


def template_exists(name: str) -> bool:
    """Whether there is a template of this name."""
    return name in _environment().list_templates()


def number(value: float) -> str:
    """Format a score with three decimals; a dash if there is none."""
    return EN_DASH if np.isnan(value) else f"{value:z.3f}".replace("-", "−")


def percent(value: float) -> str:
    """Format a share in percent."""
    return f"{100 * value:.1f} %"


def _ratio(value: float) -> str:
    return EN_DASH if np.isnan(value) else f"{value:.1f}"


def _plain(text: object) -> str:
    """Escape a text for a Markdown table, so that it has no markup and stays in its cell."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+!|~&" else sign for sign in str(text))
    return " ".join(escaped.split())


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("skfocal.comparison.report"),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "duration": format_seconds,
        "number": number,
        "percent": percent,
        "plain": _plain,
        "ratio": _ratio,
    }
    return environment
