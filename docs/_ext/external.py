"""Links to names of this package by any of their names, and to other libraries.

Other libraries are linked by the rules of their addresses, so that a build needs no network.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

from docs._ext import reference

ADDRESSES = {
    r"sklearn\.[\w.]+$": "https://scikit-learn.org/stable/modules/generated/{}.html",
    r"numpy\.\w+$": "https://numpy.org/doc/stable/reference/generated/{}.html",
    r"scipy\.[\w.]+$": "https://docs.scipy.org/doc/scipy/reference/generated/{}.html",
    r"pandas\.\w+$": "https://pandas.pydata.org/docs/reference/api/{}.html",
    r"matplotlib\.axes\.Axes$": "https://matplotlib.org/stable/api/_as_gen/{}.html",
}
"""Names, and the address of each; the name replaces the braces."""
GUIDE = "https://scikit-learn.org/stable/"
LABELS = {
    "metadata_routing": f"{GUIDE}metadata_routing.html",
    "accuracy_score": f"{GUIDE}modules/model_evaluation.html#accuracy-score",
}
"""Labels in docstrings that are inherited from scikit-learn."""
GLOSSARY = "https://scikit-learn.org/stable/glossary.html#term-{}"


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Return the link of a name that Sphinx does not find."""
    target = node["reftarget"]
    if node.get("refdomain") == "py":
        canonical = app.config.skfocal_names.get(target)
        if canonical and canonical != target:
            python = env.get_domain("py")
            place = (env, node["refdoc"], app.builder, "obj", canonical, node, content)
            return python.resolve_xref(*place)
    address = _address(node.get("refdomain"), node.get("reftype"), target)
    if address is None:
        return None
    return nodes.reference("", "", content, refuri=address, internal=False)


def _address(domain: str | None, kind: str | None, target: str) -> str | None:
    if domain == "py":
        for pattern, address in ADDRESSES.items():
            if re.match(pattern, target):
                return address.format(target)
    if kind == "ref":
        return LABELS.get(target)
    return GLOSSARY.format(target) if kind == "term" else None


class LinkNames(SphinxTransform):
    """Link public names in the code quotes of Markdown pages to the reference."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Replace the literals of a document."""
        if not str(self.document["source"]).endswith(".md"):
            return
        names = self.app.config.skfocal_names
        if self.env.docname == "reference/index":
            names = names | {"skfocal": "skfocal"}
        for literal in list(self.document.findall(nodes.literal)):
            name = names.get(literal.astext().removesuffix("()"))
            if name and not _is_inside(literal, (nodes.title, nodes.reference)):
                link = addnodes.pending_xref(
                    "",
                    literal.deepcopy(),
                    refdomain="py",
                    reftype="obj",
                    reftarget=name,
                    refdoc=self.env.docname,
                    refexplicit=True,
                    refwarn=True,
                )
                literal.replace_self(link)


def _is_inside(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    parent = node.parent
    return parent is not None and (isinstance(parent, kinds) or _is_inside(parent, kinds))


def names() -> dict[str, str]:
    """Return canonical names by full names, modules, and names that are no English words."""
    full = reference.canonical_names()
    last: dict[str, set[str]] = {}
    for name in full.values():
        last.setdefault(name.rpartition(".")[2], set()).add(name)
    short = {
        name: min(found, key=len)
        for name, found in last.items()
        if "_" in name or name != name.lower()
    }
    modules = {name: name for name in reference.MODULES if "." in name}
    return short | full | modules


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("skfocal_names", names(), "env", dict)
    app.connect("missing-reference", resolve)
    app.add_transform(LinkNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
