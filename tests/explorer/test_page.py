"""The files that the explorer writes."""

import base64
import hashlib
import re
from importlib.resources import files

import pytest

from skfocal.explorer import write_element, write_page

MODULES = sorted(
    path.name
    for path in files("skfocal.explorer").joinpath("static").iterdir()
    if path.name.endswith(".js")
)


@pytest.fixture
def text(tmp_path):
    return write_page(tmp_path / "page.html").read_text(encoding="utf-8")


def sha256(content):
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def test_page_is_one_file(text):
    assert not re.search(r"(?:src|href)=(?!\"data:,\")", text)
    assert not re.search(
        r"^import|\bfetch\(|XMLHttpRequest|@import|url\(", text, flags=re.MULTILINE
    )
    assert set(re.findall(r"https?://[\w./]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "@policy@" not in text


def test_policy_allows_the_script_and_the_style_of_the_page_only(text):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    script = re.search(r'<script type="module">(.*?)</script>', text, flags=re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", text, flags=re.DOTALL)[1]
    assert f"script-src 'sha256-{sha256(script)}'" in policy
    assert f"style-src 'sha256-{sha256(style)}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_page_is_below_a_hundred_and_fifty_kilobytes(text):
    assert len(text.encode()) < 150e3


def test_element_is_a_module_without_imports(tmp_path):
    module = write_element(tmp_path / "focal-loss-viz.js").read_text(encoding="utf-8")
    assert not re.search(r"^import\b", module, flags=re.MULTILINE)
    assert 'define("focal-loss-viz"' in module
    assert "focal-live-fit" not in module


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_and_export_only_what_the_bundle_understands(name):
    text = files("skfocal.explorer").joinpath("static", name).read_text(encoding="utf-8")
    imports = r'import (?:\{[^}]*\} from )?"\./[\w-]+\.js";\n'
    exports = r"export (?:class|const|function|default) "
    assert len(re.findall(r"^import\b", text, flags=re.MULTILINE)) == len(re.findall(imports, text))
    assert len(re.findall(r"^export\b", text, flags=re.MULTILINE)) == len(re.findall(exports, text))
    assert not re.search(r"\{[^}]*\bas\b[^}]*\} from", text)


def test_same_page_is_written_every_time(text, tmp_path):
    assert write_page(str(tmp_path / "again.html")).read_text(encoding="utf-8") == text
