"""The page for every reader: any size, theme, motion, keyboard, screen reader, paper."""

import pytest

pytestmark = pytest.mark.browser

SETTINGS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "4k": {"viewport": {"width": 3840, "height": 2160}},
}
UNFOLD = (
    "() => { const visit = root => { for (const one of root.querySelectorAll('*')) {"
    " if (one.tagName === 'DETAILS') one.open = true;"
    " if (one.shadowRoot) visit(one.shadowRoot); } }; visit(document); }"
)


@pytest.fixture(params=SETTINGS)
def setting(request):
    return SETTINGS[request.param]


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_axe_finds_no_violations(visits, address, setting):
    page = visits.open(f"{address}#compare=0.5+5&alpha=0.25&rows=50", **setting)
    page.evaluate(UNFOLD)
    page.locator("focal-live-fit details table").nth(1).wait_for()
    assert violations(page) == []


def test_axe_finds_no_violations_beside_messages(page):
    page.locator("focal-calculator").get_by_label("Logits").fill("letters")
    page.locator("focal-loss-viz").get_by_label("Further curves").fill("-1")
    assert violations(page) == []


def test_axe_finds_violations(page):
    page.evaluate("document.body.append(document.createElement('input'))")
    assert [name for name, _ in violations(page)][:1] == ["label"]


def test_nothing_is_wider_than_the_window(visits, address, setting):
    page = visits.open(address, **setting)
    page.evaluate(UNFOLD)
    widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    scroll, client = page.evaluate(widths)
    assert scroll <= client


def test_texts_of_plots_keep_their_size(visits, address):
    for width in (320, 1280, 3840):
        page = visits.open(address, viewport={"width": width, "height": 900})
        sizes = page.evaluate(
            "() => { const svg = document.querySelector('focal-explorer').shadowRoot"
            ".querySelector('focal-loss-viz').shadowRoot.querySelector('svg[role=img]');"
            " const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;"
            " return [scale, parseFloat(getComputedStyle(svg).fontSize) / 16]; }"
        )
        assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_every_control_is_reached_by_the_keyboard(page):
    n_controls = page.evaluate(
        "() => { let count = 0; const visit = root => {"
        " for (const one of root.querySelectorAll('*')) {"
        " if (one.matches('input:not(:disabled), select, button, summary')) count += 1;"
        " if (one.shadowRoot) visit(one.shadowRoot); } }; visit(document); return count; }"
    )
    reached = []
    for _ in range(3 * n_controls):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { let one = document.activeElement;"
            " while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;"
            " if (one === document.body) return null; const box = one.getBoundingClientRect();"
            " return [one.tagName, Math.round(box.x), Math.round(box.y + window.scrollY),"
            " getComputedStyle(one).outlineStyle]; }"
        )
        if found is None:
            break
        reached.append(tuple(found))
    assert len(set(reached)) >= n_controls
    assert {outline for *_, outline in reached} == {"solid"}


def test_plots_have_a_title_and_a_description_that_follows(page, set_slider):
    plots = page.locator("svg[role=img]")
    names = [
        plot.evaluate(
            "svg => ['aria-labelledby', 'aria-describedby'].map(name =>"
            " svg.getRootNode().getElementById(svg.getAttribute(name)).textContent)"
        )
        for plot in plots.all()
    ]
    assert len(names) == 6
    assert len({title for title, _ in names}) == 6
    assert all(len(description) > 40 for _, description in names)
    set_slider(page.locator("focal-loss-viz").get_by_label("γ, focusing"), 4)
    assert "γ = 4.00" in page.locator("focal-loss-viz desc").first.text_content()


def test_headings_go_down_one_level_at_a_time(page):
    levels = [
        int(one.evaluate("h => h.tagName")[1]) for one in page.locator("h1, h2, h3, h4").all()
    ]
    assert levels == [1, 2, 2, 2, 2]


def test_paper_is_white_and_has_no_buttons(visits, address):
    page = visits.open(address, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.get_by_role("button", name="Reset").is_hidden()
    colour = page.evaluate("getComputedStyle(document.querySelector('focal-explorer')).color")
    assert colour == "rgb(0, 0, 0)"
