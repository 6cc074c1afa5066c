"""The element <focal-loss-viz> in a page of somebody else."""

import re

import pytest

from skfocal.explorer import write_element

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'"


@pytest.fixture
def show(visits, tmp_path):
    """Return a function that shows a body, and then loads the element, under a strict policy."""
    module = write_element(tmp_path / "focal-loss-viz.js").read_text(encoding="utf-8")

    def open_page(body, scripts=None, **options):
        html = (
            '<!doctype html><html lang="en"><head><title>A page</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            f'</head><body>{body}<script type="module" src="/viz.js"></script></body></html>'
        )
        page = visits.serve(html, {"viz.js": module} | (scripts or {}), **options)
        page.locator("focal-loss-viz svg").first.wait_for(state="attached")
        return page

    return open_page


def gamma_of(page):
    return page.evaluate("document.querySelector('focal-loss-viz').gamma")


def curve(page):
    return page.locator("focal-loss-viz path.focal").first.get_attribute("d")


def listen(page):
    page.evaluate(
        "() => { window.gammas = [];"
        " document.addEventListener('gammachange', e => window.gammas.push(e.detail.gamma)); }"
    )


def test_uncontrolled_element_owns_its_gamma(show, set_slider):
    page = show('<focal-loss-viz default-gamma="3"></focal-loss-viz>')
    assert gamma_of(page) == 3
    listen(page)
    set_slider(page.get_by_label("γ, focusing"), 4.5)
    assert gamma_of(page) == 4.5
    assert page.evaluate("window.gammas") == [4.5]
    page.evaluate("document.querySelector('focal-loss-viz').gamma = 1")
    assert page.get_by_label("γ, focusing").input_value() == "1"
    assert page.evaluate("window.gammas") == [4.5]  # the page knows what it sets itself


def test_controlled_element_shows_what_the_page_sets(show, set_slider):
    page = show('<focal-loss-viz gamma="1"></focal-loss-viz>')
    listen(page)
    set_slider(page.get_by_label("γ, focusing"), 4.5)
    assert page.evaluate("window.gammas") == [4.5]
    assert gamma_of(page) == 1
    assert page.get_by_label("γ, focusing").input_value() == "1"
    page.evaluate("document.querySelector('focal-loss-viz').setAttribute('gamma', '4.5')")
    assert gamma_of(page) == 4.5
    page.evaluate("document.querySelector('focal-loss-viz').gamma = 0.5")
    assert page.evaluate("document.querySelector('focal-loss-viz').getAttribute('gamma')") == "0.5"


def test_default_gamma_is_two_and_properties_survive_the_definition(show):
    assert gamma_of(show("<focal-loss-viz></focal-loss-viz>")) == 2
    body = '<focal-loss-viz></focal-loss-viz><script src="/before.js"></script>'
    before = "document.querySelector('focal-loss-viz').gamma = 3;"
    assert gamma_of(show(body, {"before.js": before})) == 3


@pytest.mark.parametrize("value", ["-1", "1e999", '"two"', "null"])
def test_invalid_gamma_is_refused(show, value):
    page = show("<focal-loss-viz></focal-loss-viz>")
    message = page.evaluate(
        "text => { try { document.querySelector('focal-loss-viz').gamma = JSON.parse(text); }"
        " catch (error) { return error.message; } }",
        value,
    )
    assert message.startswith("gamma must be a finite number >= 0; got ")
    assert gamma_of(page) == 2


def test_attributes_set_the_range_alpha_and_further_curves(show):
    page = show(
        '<focal-loss-viz gamma-range="1 3" alpha="0.25" compare="0.5 5" show-modulator>'
        "</focal-loss-viz>"
    )
    slider = page.get_by_label("γ, focusing")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("1", "3")
    assert page.locator("figure").nth(1).is_visible()
    assert page.locator("figure").nth(0).locator("path.line:not(.guide)").count() == 4
    text = page.locator("focal-loss-viz table").first.inner_text()
    assert re.search(r"focal loss\s+0\.0002634", text)
    assert "100 times smaller, apart from α" in text
    page.evaluate("document.querySelector('focal-loss-viz').setAttribute('compare', '4')")
    assert page.get_by_label("Further curves").input_value() == "4"
    page.evaluate("document.querySelector('focal-loss-viz').removeAttribute('show-modulator')")
    assert page.locator("figure").nth(1).is_hidden()


@pytest.mark.parametrize("gamma", [0, 0.5, 2, 5])
def test_curves_end_at_the_limit_of_the_axis(show, gamma):
    page = show(f'<focal-loss-viz gamma="{gamma}" compare="0.1" show-modulator></focal-loss-viz>')
    for figure in page.locator("figure").all():
        top, bottom = figure.evaluate(
            "f => { const ends = [...f.querySelectorAll('.grid')]"
            ".flatMap(g => [+g.getAttribute('y1'), +g.getAttribute('y2')]);"
            " return [Math.min(...ends), Math.max(...ends)]; }"
        )
        paths = figure.locator("path.line:not(.guide)")
        assert paths.count() == 3
        for path in paths.all():
            points = re.findall(r"[ML]\S+ ([\d.]+)", path.get_attribute("d"))
            heights = [float(y) for y in points]
            assert heights[0] == pytest.approx(top, abs=0.01)
            assert min(heights) >= top - 0.01
            assert max(heights) <= bottom + 0.01


def test_changes_animate_unless_motion_is_reduced(show, set_slider):
    still = show("<focal-loss-viz></focal-loss-viz>")
    set_slider(still.get_by_label("γ, focusing"), 5)
    final = curve(still)
    moving = show("<focal-loss-viz></focal-loss-viz>", reduced_motion="no-preference")
    first = curve(moving)
    # The frames come when the test says so, at the times that it says.
    moving.evaluate(
        "() => { window.requestAnimationFrame = callback => { window.frame = callback; };"
        " window.start = performance.now(); document.querySelector('focal-loss-viz').gamma = 5; }"
    )
    assert curve(moving) == first
    drawn = []
    for time in (50, 100, 150, 1000):
        moving.evaluate("time => window.frame(window.start + time)", time)
        drawn.append(curve(moving))
    assert len({first, *drawn}) == 5
    assert drawn[-1] == final


def test_marker_follows_the_pointer(show):
    page = show("<focal-loss-viz></focal-loss-viz>")
    left, right, y = page.locator("figure").first.evaluate(
        "f => { const box = [...f.querySelectorAll('.grid')].map(g => g.getBoundingClientRect());"
        " const x = box.flatMap(b => [b.left, b.right]);"
        " return [Math.min(...x), Math.max(...x), box[0].top + 40]; }"
    )
    page.mouse.move(left + 0.2 * (right - left), y)
    page.mouse.down()
    assert page.get_by_label("pt, prob").input_value() == "0.2"
    page.mouse.move(left + 0.6 * (right - left), y)
    assert page.get_by_label("pt, prob").input_value() == "0.6"
    page.mouse.up()
    page.mouse.move(left + 0.8 * (right - left), y)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    page.mouse.move(left + 0.9 * (right - left), y)
    assert page.get_by_label("pt, prob").input_value() == "0.6"


def test_keys_move_the_sliders(show):
    page = show("<focal-loss-viz></focal-loss-viz>")
    page.keyboard.press("Tab")
    for key, expected in [
        ("ArrowRight", 2.05),
        ("ArrowLeft", 2.0),
        ("PageUp", 2.5),
        ("PageDown", 2.0),
        ("End", 5.0),
        ("Home", 0.0),
    ]:
        page.keyboard.press(key)
        assert gamma_of(page) == pytest.approx(expected)
        text = page.get_by_label("γ, focusing").get_attribute("aria-valuetext")
        assert text == f"{expected:.2f}"


def test_summary_is_announced_after_a_pause(show):
    page = show('<focal-loss-viz default-gamma="1.95"></focal-loss-viz>')
    live = page.locator("focal-loss-viz [role=status]")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert live.text_content() == ""
    page.wait_for_function(
        "() => document.querySelector('focal-loss-viz').shadowRoot"
        ".querySelector('[role=status]').textContent !== ''"
    )
    assert live.text_content() == (
        "Focal loss with γ = 2.00. At p_t = 0.9 the modulating factor is 0.010: "
        "the loss is 100 times smaller."
    )


def test_curves_differ_by_more_than_colour(show):
    page = show('<focal-loss-viz compare="0.5 1 3 5"></focal-loss-viz>')
    dashes = page.locator("figure").first.evaluate(
        "f => [...f.querySelectorAll('path.line:not(.guide)')]"
        ".map(p => getComputedStyle(p).strokeDasharray)"
    )
    assert len(set(dashes)) == len(dashes) == 6
