"""The calculator, the live fit and the address of the page."""

import pytest

pytestmark = pytest.mark.browser

BAD_INPUT = [
    ("Logits", "1, two", "“two”"),
    ("Logits", "1", "One logit"),
    ("Logits", "", "missing"),
    ("True class", "3", "an integer from 0 to 2"),
    ("True class", "", "nothing"),
    ("γ", "-1", "γ must be a number ≥ 0"),
    ("γ", "two", "“two”"),
    ("α", "1, 2", "3 numbers"),
    ("α", "1, 0, 2", "> 0"),
]


@pytest.mark.parametrize(("label", "text", "message"), BAD_INPUT)
def test_bad_input_gets_a_message_and_the_last_result_stays(page, label, text, message):
    view = page.locator("focal-calculator")
    view.get_by_label("Logits").fill("3, 1, 0")
    before = view.locator("table").first.inner_text()
    field = view.get_by_label(label, exact=True)
    valid = field.input_value()
    field.fill(text)
    assert field.get_attribute("aria-invalid") == "true"
    described = field.evaluate(
        "f => f.getAttribute('aria-describedby').split(' ')"
        ".map(id => f.getRootNode().getElementById(id).textContent).join(' ')"
    )
    assert message in described
    assert view.locator("[aria-invalid=true]").count() == 1
    assert view.locator("table").first.inner_text() == before
    field.fill(valid)
    assert view.locator("[aria-invalid=true]").count() == 0


def rows(page):
    return page.evaluate(
        "document.querySelector('focal-explorer').shadowRoot.querySelector('focal-live-fit').rows"
    )


def live_coefficients(page):
    return page.locator("focal-live-fit table").first.inner_text()


def place(page, x):
    """Return where a point of the live fit is on the screen."""
    return page.locator("focal-live-fit svg[role=img]").first.evaluate(
        "(svg, [x1, x2]) => { const box = [...svg.querySelectorAll('.grid')]"
        ".map(g => g.getBoundingClientRect());"
        " const [l, r] = [Math.min(...box.map(b => b.left)), Math.max(...box.map(b => b.right))];"
        " const [t, b] = [Math.min(...box.map(b => b.top)), Math.max(...box.map(b => b.bottom))];"
        " return [l + (x1 + 4) / 10 * (r - l), b - (x2 + 4) / 10 * (b - t)]; }",
        x,
    )


def test_samples_are_dragged_and_added_by_pointer(page):
    page.locator("focal-live-fit svg[role=img]").first.scroll_into_view_if_needed()
    before, fit = rows(page), live_coefficients(page)
    index = max(range(len(before)), key=lambda i: before[i]["x"][0])  # one that is apart
    page.mouse.move(*place(page, before[index]["x"]))
    page.mouse.down()
    page.mouse.move(*place(page, [-3, 4]))
    page.mouse.up()
    after = rows(page)
    assert len(after) == len(before)
    assert after[index]["x"] == pytest.approx([-3, 4], abs=0.05)
    assert [i for i, row in enumerate(after) if row != before[i]] == [index]
    moved = live_coefficients(page)
    assert moved != fit
    page.mouse.click(*place(page, [5, -3]))
    assert len(rows(page)) == len(before) + 1
    assert rows(page)[-1]["x"] == pytest.approx([5, -3], abs=0.05)
    assert rows(page)[-1]["y"] == 1
    assert live_coefficients(page) != moved


def test_only_the_main_button_drags(page):
    page.locator("focal-live-fit svg[role=img]").first.scroll_into_view_if_needed()
    before = rows(page)
    page.mouse.move(*place(page, before[0]["x"]))
    page.mouse.down(button="right")
    page.mouse.move(*place(page, [-3, 4]))
    page.mouse.up(button="right")
    assert rows(page) == before


@pytest.mark.parametrize(("label", "text"), [("Sample", "0"), ("Sample", "1.5"), ("x₁", "7")])
def test_bad_number_of_a_sample_gets_a_message(page, label, text):
    view = page.locator("focal-live-fit")
    before = rows(page)
    field = view.get_by_label(label, exact=True)
    valid = field.input_value()
    field.fill(text)
    assert field.get_attribute("aria-invalid") == "true"
    described = field.evaluate(
        "f => f.getRootNode().getElementById(f.getAttribute('aria-describedby')).textContent"
    )
    assert described.startswith(f"{label} must be")
    assert rows(page) == before
    field.fill(valid)
    assert view.locator("[aria-invalid=true]").count() == 0


@pytest.mark.parametrize("gamma", ["1e4", "1e308"])
def test_huge_gamma_draws_numbers(page, gamma):
    page.locator("focal-calculator").get_by_label("γ", exact=True).fill(gamma)
    assert page.locator("focal-live-fit circle").count() > 300
    bars = page.locator("focal-calculator rect.bar-recovered").first
    assert float(bars.get_attribute("height")) > 0


def test_samples_are_moved_and_added_by_fields(page):
    view = page.locator("focal-live-fit")
    before, fit = rows(page), live_coefficients(page)
    view.get_by_label("Sample", exact=True).fill("400")
    assert float(view.get_by_label("x₁", exact=True).input_value()) == before[399]["x"][0]
    view.get_by_label("x₁", exact=True).fill("-3.5")
    assert rows(page)[399]["x"] == [-3.5, before[399]["x"][1]]
    assert live_coefficients(page) != fit
    view.get_by_label("Class of added samples").select_option("0")
    view.get_by_role("button", name="Add a sample").click()
    assert rows(page)[400] == {"x": rows(page)[399]["x"], "y": 0}
    view.get_by_label("x₂", exact=True).fill("5.25")
    assert rows(page)[400]["x"] == [-3.5, 5.25]


def test_new_samples_are_drawn(page, set_slider):
    view = page.locator("focal-live-fit")
    before = rows(page)
    view.get_by_role("button", name="Draw new samples").click()
    assert len(rows(page)) == len(before)
    assert rows(page) != before
    set_slider(view.get_by_label("Number of samples"), 1000)
    set_slider(view.get_by_label("Share of class 1"), 0.3)
    assert sum(row["y"] for row in rows(page)) == 300


def state(page):
    return page.evaluate("document.querySelector('focal-explorer').state")


def test_all_views_have_the_same_gamma_and_alpha(page, set_slider):
    set_slider(page.locator("focal-recovery").get_by_label("γ, focusing"), 3.5)
    for view in ("focal-loss-viz", "focal-live-fit", "focal-recovery"):
        assert page.locator(view).get_by_label("γ, focusing").input_value() == "3.5"
    field = page.locator("focal-calculator").get_by_label("γ", exact=True)
    assert field.input_value() == "3.5"
    field.fill("7")
    slider = page.locator("focal-loss-viz").get_by_label("γ, focusing")
    assert slider.input_value() == slider.get_attribute("max") == "7"
    page.locator("focal-live-fit").get_by_label("Class weights").check()
    set_slider(page.locator("focal-live-fit").get_by_label("α, weight"), 0.25)
    assert page.locator("focal-recovery").get_by_label("Class weights").is_checked()
    assert page.locator("focal-recovery").get_by_label("α, weight").input_value() == "0.25"


def test_address_holds_the_state(page, visits, address, set_slider):
    start = state(page)
    page.locator("focal-calculator").get_by_label("Logits").fill("1, 2, 3; 4")  # not valid
    page.locator("focal-calculator").get_by_label("Logits").fill("-1, 2")
    set_slider(page.locator("focal-live-fit").get_by_label("C, inverse"), 2)
    set_slider(page.locator("focal-loss-viz").get_by_label("γ, focusing"), 0.5)
    page.locator("focal-loss-viz").get_by_label("Further curves").fill("1 5")
    page.locator("focal-live-fit").get_by_label("Sample", exact=True).fill("7")
    page.locator("focal-live-fit").get_by_label("x₁", exact=True).fill("-2.5")
    page.locator("focal-recovery").get_by_label("Class weights").check()
    page.wait_for_function("() => location.hash.includes('alpha')")
    shared = visits.open(page.url)
    assert state(shared) == state(page) != start
    assert rows(shared) == rows(page)
    assert live_coefficients(shared) == live_coefficients(page)

    shared.get_by_role("button", name="Reset").click()
    shared.wait_for_function("() => location.hash === ''")
    assert state(shared) == start
    assert shared.url == address


def test_address_typed_by_the_user_is_shown(page):
    page.evaluate("location.hash = 'gamma=4&p=0.25'")
    page.wait_for_function("() => document.querySelector('focal-explorer').gamma === 4")
    assert page.locator("focal-loss-viz").get_by_label("pt, prob").input_value() == "0.25"


@pytest.mark.parametrize(
    "fragment",
    [
        "gamma=-1",
        "gamma=",
        "alpha=2",
        "p=5&raw=x",
        "rows=1e9&share=&seed=a&C=0",
        "class=9",
        "logits=a",
        "x=%",
    ],
)
def test_invalid_addresses_show_the_defaults(visits, address, fragment):
    assert state(visits.open(f"{address}#{fragment}")) == state(visits.open(address))
