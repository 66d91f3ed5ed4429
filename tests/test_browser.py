"""The site as a reader meets it, in headless Chromium."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.conftest import ROOT, settle
from tests.test_site import NOTES

NOTE = "notes/reverse-mode-ad/"
PAGES = [
    "",
    "notes/",
    NOTE,
    "notes/backpropagation/",
    "sources/linnainmaa-1970/",
    "checking/",
    "checked/",
    "labs/",
    "paths/claims/",
    "labs/xor/",
]
FONT = "lm-math.woff2"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_only_its_own_site_and_never_for_the_index(
    page: Page, address: str, path: str
) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    settle(page, path)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert [url for url in asked if "search_index" in url] == []
    assert errors == []


def test_the_browser_keeps_the_policy(page: Page, address: str) -> None:
    page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation', "
        "event => broken.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    settle(page, NOTE)
    page.locator("article .needs a").first.click()  # other pages have the same one
    expect(page.locator("#top")).to_have_text("Automatic differentiation")
    page.locator("article p a").first.focus()  # a preview
    page.wait_for_timeout(500)
    page.keyboard.press("/")
    page.keyboard.type("jvp")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert page.evaluate("broken") == []
    assert page.locator("meta[http-equiv]").count() == 1
    attempts = {
        "connect-src": "fetch('https://example.org/').catch(() => {})",
        "img-src": "new Image().src = 'https://example.org/x.png'",
        "script-src-elem": "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.ran = true'}))",
    }
    for what, attempt in attempts.items():
        page.evaluate(attempt)
        page.wait_for_function(f"broken.some(one => one.startsWith('{what}'))")
    assert page.evaluate("window.ran") is None


def test_the_first_view_of_every_note_is_light(context: BrowserContext) -> None:
    for note in NOTES:
        page = context.new_page()
        bodies: dict[str, Response] = {}
        page.on("response", lambda response, bodies=bodies: bodies.update({response.url: response}))
        settle(page, note.url)
        sizes = {
            url: len(response.body() if url.endswith("woff2") else gzip.compress(response.body()))
            for url, response in bodies.items()
            if response.status == 200
        }
        font = sum(size for url, size in sizes.items() if url.endswith(FONT))
        assert 0 < font <= 80_000
        assert sum(sizes.values()) - font <= 100_000, (note.slug, sizes)
        assert sum(sizes.values()) <= 150_000, note.slug
        page.close()


def test_formulas_are_laid_out_with_the_math_font(page: Page) -> None:
    settle(page, NOTE)
    assert page.evaluate("document.fonts.check('16px \"LM Math\"')")
    box = page.locator(".formula math").first.bounding_box()
    assert box
    assert box["height"] > 40  # a sum with limits, stretched


def test_a_reader_follows_links_and_comes_back_to_the_exact_sentence(page: Page) -> None:
    settle(page, "notes/backpropagation/")
    page.locator("article p a", has_text="reverse mode").first.click()
    expect(page.locator("#top")).to_have_text("Reverse-mode differentiation")
    expect(page).to_have_title("Reverse-mode differentiation - Adjoint")
    for more in page.locator(".backlinks summary").all():  # it may stand among those folded away
        more.click()
    entry = page.locator(".backlinks dd", has_text="Among the techniques of")
    expect(entry).to_contain_text("reverse mode, applied to one scalar.")
    entry.get_by_role("link").click()
    expect(page.locator("#top")).to_have_text("Backpropagation")
    place = page.locator("#to-reverse-mode-ad")
    expect(place).to_have_text("reverse mode")
    expect(place).to_be_in_viewport()


def test_a_permanent_id_leads_to_its_note(page: Page) -> None:
    page.goto("z/2021-04-27t16-55-26z/")
    page.wait_for_url("**/notes/backpropagation/")
    expect(page.locator("#top")).to_have_text("Backpropagation")


def test_everything_is_there_without_scripts(browser: Browser, site: Path, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(NOTE)
    for visible in (".claim", ".formula math", ".example .output", ".leads-to", ".references"):
        expect(page.locator(visible).first).to_be_visible()
    expect(page.locator(".backlinks mark").first).to_be_visible()
    page.locator(".checked summary").first.click()
    expect(page.locator(".checked dd").first).to_contain_text("the adjoints that the sweep finds")
    page.locator(".needs a").first.click()
    expect(page.locator("#top")).to_have_text("Automatic differentiation")
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1600])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    settle(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_code_can_be_copied_and_downloaded(page: Page, site: Path) -> None:
    settle(page, NOTE)
    page.locator(".copy").first.click()
    expect(page.locator(".copy").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() in (site / "snippets/reverse_mode_ad.py").read_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert download.value.suggested_filename == "reverse_mode_ad.py"
    assert "This file needs only NumPy" in download.value.path().read_text(encoding="utf-8")


def test_a_lab_can_be_downloaded_as_a_program_and_as_a_notebook(page: Page) -> None:
    settle(page, "labs/u-curve/")
    first = page.locator(".example").first
    program = "Download", "u-curve.py", "This file needs only NumPy"
    notebook = "Notebook", "u-curve.ipynb", '"nbformat": 4,'
    for link, file, part in (program, notebook):
        with page.expect_download() as download:
            first.get_by_role("link", name=link).click()
        assert download.value.suggested_filename == file
        assert part in download.value.path().read_text(encoding="utf-8")
    expect(page.get_by_role("link", name="Notebook")).to_have_count(1)


def test_the_list_of_all_pages_is_read_once_and_not_for_each_link(page: Page) -> None:
    page.add_init_script(
        "window.reads = 0; const query = Document.prototype.querySelectorAll; "
        "Document.prototype.querySelectorAll = function (selector) "
        "{ window.reads += selector === 'url'; return query.call(this, selector); }"
    )
    settle(page, "notes/gradient/")
    page.locator(".needs a").first.click()
    expect(page.locator("#top")).to_have_text("Partial derivative")
    page.locator("article p a").first.focus()
    expect(page.locator(".md-tooltip2 h3")).to_be_visible()  # a preview, which needs the list
    assert 1 <= page.evaluate("reads") <= 2  # Material reads it for the feed as well


def test_copy_still_works_after_instant_navigation(page: Page) -> None:
    settle(page, "notes/gradient/")
    page.locator(".needs a").first.click()
    expect(page.locator("#top")).to_have_text("Partial derivative")
    page.locator(".copy").first.click()
    expect(page.locator(".copy").first).to_have_text("Copied")


def formula(page: Page) -> Locator:
    """The formula with a sum over users: its symbols are v-bar, U, v-bar, phi, v, n."""
    settle(page, NOTE)
    found = page.locator(".formula:has([data-symbol])").first
    found.scroll_into_view_if_needed()
    return found


def test_a_symbol_that_is_pointed_at_says_what_it_means(page: Page) -> None:
    symbols = formula(page).locator("[data-symbol]")
    tip = page.get_by_role("tooltip")
    expect(tip).to_be_hidden()
    symbols.nth(1).hover()
    expect(tip).to_contain_text("is the set of the steps that use the value of step")
    expect(tip).to_contain_text("members 0 to 6: each a set")
    tip.hover()  # it can be reached, and stays
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.locator("#top").hover()
    expect(tip).to_be_hidden()
    symbols.nth(2).hover()
    expect(page.locator(".same")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(page.locator(".same")).to_have_count(0)


def test_arrow_keys_go_from_symbol_to_symbol_and_are_heard(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    found = formula(page)
    tip, heard = page.get_by_role("tooltip"), page.locator("[role=tooltip] + [role=status]")
    found.focus()
    page.keyboard.press("Control+ArrowRight")  # the browser's own
    expect(tip).to_be_hidden()
    for keys, words in [
        (["ArrowRight"], "the adjoints that the sweep finds"),
        (["ArrowLeft"], "the adjoints that the sweep finds"),
        (["ArrowRight"], "is the set of the steps"),
        (["ArrowRight"] * 9, "the number of steps, inputs included"),
        (["ArrowLeft"], "is the value of step"),
    ]:
        for key in keys:
            page.keyboard.press(key)
        expect(tip).to_contain_text(words)
        assert heard.text_content() == tip.text_content()
    expect(found).to_have_attribute("aria-describedby", tip.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("the number of steps")
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()
    expect(found).not_to_have_attribute("aria-describedby", "symbol")
    assert errors == []


def test_a_formula_with_symbols_is_reached_by_the_tab_key_on_every_width(page: Page) -> None:
    for width in (320, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        found = formula(page)
        page.wait_for_timeout(200)  # the observer of overflow has been told
        expect(found).to_have_attribute("tabindex", "0")
        found.focus()
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("tooltip")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_touch_beside_a_symbol_means_it_and_one_elsewhere_closes(
    browser: Browser, site: Path, address: str
) -> None:
    context = browser.new_context(
        base_url=address, has_touch=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    box = formula(page).locator("[data-symbol]").nth(1).bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] + 8)
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text("is the set of the steps")
    page.locator(".claim").tap()
    expect(tip).to_be_hidden()
    context.close()


def test_symbols_still_speak_after_instant_navigation(page: Page) -> None:
    formula(page).locator("[data-symbol]").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.locator(".needs a").first.click()
    expect(page.locator("#top")).to_have_text("Automatic differentiation")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.locator(".formula [data-symbol]").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("the value of the loop")


def test_a_figure_is_dressed_after_instant_navigation_and_its_program_unfolds(page: Page) -> None:
    settle(page, "notes/numerical-differentiation/")
    page.locator("article p a", has_text="lab").click()
    expect(page.locator("#top")).to_have_text("The U-curve of finite differences")
    figure = page.get_by_role("img", name="Error of a difference by step").first
    box = figure.bounding_box()
    assert box
    assert box["width"] >= 590
    line = figure.locator("path.line").first
    colour = "e => getComputedStyle(e).stroke"
    assert line.evaluate(colour) == page.locator("article p a").first.evaluate(
        "e => getComputedStyle(e).color"
    )
    program = page.locator("figure + details")
    expect(program.first.locator(".highlight")).to_be_hidden()
    program.first.locator("summary").click()
    expect(program.first.locator(".highlight")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [f"labs/{file.stem}/" for file in ROOT.glob("docs/labs/*.py")])
def test_text_in_figures_can_be_read_on_every_width(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    settle(page, path)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.plot')].flatMap(plot => [...plot.querySelectorAll('text')]"
        ".map(text => parseFloat(getComputedStyle(text).fontSize)"
        " * plot.getBoundingClientRect().width / plot.viewBox.baseVal.width))"
    )
    assert len(sizes) > 10
    assert min(sizes) >= 11.5
    within = page.evaluate(
        "[...document.querySelectorAll('.plot text')].every(text => {"
        " const [box, plot] = [text, text.closest('.plot')].map(e => e.getBoundingClientRect());"
        " return box.left >= plot.left - 1 && box.right <= plot.right + 1"
        " && box.bottom <= plot.bottom + 1; })"
    )
    assert within


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_scheme_of_the_system(
    browser: Browser, site: Path, address: str, scheme: str
) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme)
    page = context.new_page()
    settle(page, NOTE)
    red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]")
    assert (int(red) > 128) == (scheme == "light")
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value }).observe({type: 'layout-shift', buffered: true})"
    )
    slow = page.context.new_cdp_session(page)  # scripts come after the first picture
    slow.send("Network.enable")
    speed = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
    slow.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    settle(page, path)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0


def test_without_a_browser_the_tests_say_how_to_get_one(tmp_path: Path) -> None:
    one = ["-m", "pytest", "-rs", "-k", "copied_and", str(ROOT / "tests/test_browser.py")]
    for ci, code, outcome in [("", 0, "1 skipped"), ("true", 1, "1 error")]:
        variables = os.environ | {"PATH": str(tmp_path), "CHROMIUM": "", "CI": ci}
        command = [sys.executable, *one]
        result = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
        assert result.returncode == code
        assert "no browser: install Chromium (on Debian: apt install chromium)" in result.stdout
        assert outcome in result.stdout
