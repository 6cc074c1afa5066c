"""Formulas as MathML, which browsers render without a script, a font or a network."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError, pick_math_environment
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)


def convert(node: nodes.math | nodes.math_block, code: str, *, as_block: bool = False) -> str:
    """Return the MathML of a formula; warn of what docutils does not know, and show its code."""
    try:
        return str(tex2mathml(code, as_block=as_block))
    except MathError as error:
        LOGGER.warning("%s in the formula %s", error, code, location=node)
        return f"<code>{escape(code)}</code>"


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line."""
    self.body.append(convert(node, node.astext()))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula."""
    code = node.astext().strip()
    environment = pick_math_environment(code)
    if environment.startswith("align"):
        code = f"\\begin{{{environment}}}{code}\\end{{{environment}}}"
    self.body.append(f'<div class="math">{convert(node, code, as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
