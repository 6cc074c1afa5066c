"""Configuration of Sphinx. `make docs` builds the pages, without a network."""

import sys
import warnings
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from docs._ext import bibliography, navigation, reference  # noqa: E402 - the path is set above
from skfocal import __version__  # noqa: E402

project = "skfocal"
author = "The skfocal developers"
copyright = author  # noqa: A001 - Sphinx's name
version = release = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_design",
    "docs._ext.external",
    "docs._ext.mathml",
    "docs._ext.navigation",
    "docs._ext.site",
]
root_doc = "index"
templates_path = ["_templates"]
exclude_patterns = ["README.md", "_ext", "_templates", "examples", "**.ipynb", "gallery/**.py"]
suppress_warnings = ["config.cache"]  # an order of examples and a scraper cannot be pickled
nitpicky = True
# Single backticks name parameters as well. What looks like a name of this package must exist.
nitpick_ignore_regex = [("py:obj", r"(?!skfocal\.|Focal[A-Z]).*")]
default_role = "py:obj"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4

toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings give the types
autosummary_generate = True
autosummary_imported_members = True
numpydoc_class_members_toctree = False
numpydoc_show_inherited_class_members = False
numpydoc_validation_checks = {
    "all",
    "ES01",  # not every function needs more than its summary
    "EX01",  # reference.py checks the examples: methods need none
    "GL01",  # the summary is on the first line, as ruff checks
    "RT02",  # results are named where the name helps
    "RT03",  # a type such as Comparison says it all
    "SA01",  # not every function has a relative
    "SA04",  # a class of the same package says what it is by its name
    "SS02",  # attributes start with their type
    "SS05",  # it takes nouns such as "Factors" for verbs
}
numpydoc_validation_overrides = {
    "PR01": [
        r"\bAttributes\n *---",  # fields of a record are its attributes
        "It has the attributes and methods of `",
        "^Raise NotImplementedError",  # methods of CatBoost that train with log loss
    ],
    "PR03": ["As in `"],
    "PR04": ["As in `"],
    "RT01": [r"^\s*(Return|Draw) [^\n]*\s*\Z"],  # the summary is all there is to say
}
numpydoc_validation_exclude = reference.NOT_VALIDATED

html_theme = "pydata_sphinx_theme"
html_title = "skfocal"
html_static_path = ["_static"]
html_css_files = ["skfocal.css"]
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
html_context = {"default_mode": "auto"}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "skfocal"},
    "github_url": "https://github.com/skfocal/skfocal",
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {"**": ["page-toc"], "evidence": [], "index": []},
}
html_sidebars = {"index": [], "evidence": [], "gallery/index": []}

reference.write(DOCS / "reference")
bibliography.write(DOCS)

if navigation.has_gallery(DOCS):
    extensions.append("sphinx_gallery.gen_gallery")
    warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
    sphinx_gallery_conf = {
        "examples_dirs": "examples",
        "gallery_dirs": "gallery",
        "filename_pattern": r"plot_\w+\.py$",
        "within_subsection_order": "docs._ext.gallery.place",
        "abort_on_example_error": True,
        "backreferences_dir": "reference/examples",
        "doc_module": ("skfocal",),
        "reference_url": {"skfocal": None},
        "remove_config_comments": True,
        "download_all_examples": False,
        "show_memory": False,
        "image_srcset": ["2x"],
        "write_computation_times": False,
        "plot_gallery": "True",
    }

autosummary_context = {
    "foreign_bases": ", ".join(reference.FOREIGN_BASES),
    "has_gallery": navigation.has_gallery(DOCS),
}
