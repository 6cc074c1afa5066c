"""What the site has beside its pages: the explorer, and pictures that follow the theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from skfocal.explorer import write_page


class DrawnForBoth(SphinxTransform):
    """Mark the SVG pictures, which have colours for light and for dark pages."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Add the theme's class for pictures that it need not adapt."""
        for image in self.document.findall(nodes.image):
            if str(image["uri"]).endswith(".svg"):
                image["classes"].append("dark-light")


def write_explorer(app: Sphinx, error: Exception | None) -> None:
    """Write the page that the guide embeds."""
    if error is None and app.builder.format == "html":
        write_page(Path(app.outdir) / "_static" / "explorer.html")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_transform(DrawnForBoth)
    app.connect("build-finished", write_explorer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
