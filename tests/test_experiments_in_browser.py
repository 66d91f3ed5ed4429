"""Experiments as a reader makes them, in headless Chromium against the built site."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from zettelkasten.experiments import experiment, tried

from tests.programs import SLOW
from tests.test_experiments import LIBRARY, PLACES

RAN = re.compile(r"Run in your browser, [\d.e-]+ s")
NEAR = {"gradient_checking": 3.0}
"""By what factor small numbers may differ that are rounding errors."""
COUNT = """
const own = Worker.prototype.postMessage;
globalThis.asked = [];
Worker.prototype.postMessage = function (call) {
  if (call[0] === "experiment") asked.push(call[3]);
  return own.call(this, call);
};
"""
LABELS = """label => {
  globalThis.labels = [];
  const note = () => labels.push(label.textContent);
  new MutationObserver(note).observe(label, { childList: true });
}"""
LOADING = re.compile(r"Loading Python, \d+\.\d of \d+\.\d MB")
PARTS = "svg[role], figure + table, figcaption, .sliders, .bar, output"
BOXES = (
    f"place => [...place.querySelectorAll('{PARTS}'), place.nextElementSibling]"
    """
  .map((part) => {
  const { left, top, height } = part.getBoundingClientRect();
  return [left + scrollX, top + scrollY, height].map(Math.round);
})"""
)


def address(module: str) -> str:
    return f"notes/{module.replace('_', '-')}/"


@pytest.fixture
def visit(browser: Browser, site: Path, address: str) -> Iterator[Page]:
    """A page of a visit of its own, which notes what is asked of Python and what goes wrong."""
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 800})
    context.set_default_timeout(SLOW)
    context.add_init_script(COUNT)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert wrong == []


def begin(page: Page, module: str) -> Locator:
    """Press the button with the keyboard alone, and wait until Python has answered."""
    page.goto(address(module))
    place = page.locator("[data-experiment]")
    place.get_by_role("button", name="Run with other numbers").focus()
    page.keyboard.press("Enter")
    expect(place.get_by_role("slider")).to_be_focused()
    ran(place)
    return place


def ran(place: Locator) -> None:
    expect(place.locator(".bar > span").first).to_have_text(RAN, timeout=SLOW)


def cells(place: Locator) -> list[str]:
    return place.locator("[data-n]").all_text_contents()


def value(text: str) -> float:
    power = re.search(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", text)
    digits = text.replace("−", "-").strip("()").split("\xa0")[0]
    raised = power[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) if power else "0"
    return float(digits) * 10.0 ** int(raised)


@pytest.mark.parametrize("module", PLACES)
def test_figure_and_numbers_follow_the_slider_and_come_back(visit: Page, module: str) -> None:
    place = begin(visit, module)
    made = experiment(PLACES[module], LIBRARY.modules)
    first, before = cells(place), place.evaluate(BOXES)
    figure = place.locator("svg").first.evaluate("svg => svg.outerHTML")
    visit.keyboard.press("ArrowRight")
    visit.keyboard.press("ArrowRight")
    (slider,) = made.sliders
    at = {slider.name: slider.values[slider.start + 2]}
    expect(place.locator("output")).to_have_text(slider.texts[slider.start + 2])
    _, wanted = tried(module, made.function, at, LIBRARY.modules)
    expect(visit.locator("#symbol + [role=status]")).to_contain_text(wanted.words.split(",")[0])
    assert visit.evaluate("asked.at(-1)") == at
    for shown, expected in zip(cells(place), wanted.numbers, strict=True):
        if module not in NEAR or shown == expected:
            assert shown == expected
        else:
            assert 1 / NEAR[module] < value(shown) / value(expected) < NEAR[module]
    assert cells(place) != first
    moved = place.locator("svg").first.evaluate("svg => svg.outerHTML")
    assert moved != figure
    if module not in NEAR:
        described = "svg => svg.ariaLabel ?? svg.querySelector('desc').textContent"
        shown = place.locator("svg").first.evaluate(described)
        assert shown.replace("&", "&amp;") in wanted.svg
    assert place.evaluate(BOXES) == before
    assert visit.evaluate("document.documentElement.scrollWidth") == 390
    visit.keyboard.press("Shift+Tab")
    expect(place.get_by_role("button", name="Worked example")).to_be_focused()
    visit.keyboard.press("Enter")
    expect(place.get_by_role("slider")).to_be_focused()
    assert cells(place) == made.outcome.numbers
    expect(place.locator("output")).to_have_text(slider.texts[slider.start])
    expect(place.locator(".bar > span").first).to_contain_text("With")
    assert visit.evaluate("asked.length") <= 3


def test_what_waits_takes_the_newest_number(visit: Page) -> None:
    visit.goto(address("sigmoid_derivative"))
    place = visit.locator("[data-experiment]")
    place.locator(".bar > span").first.evaluate(LABELS)
    place.get_by_role("button").click()
    slider = place.get_by_role("slider")
    for _ in range(4):  # Python is on its way
        slider.press("ArrowLeft")
    ran(place)
    assert [one for one in visit.evaluate("labels") if LOADING.fullmatch(one)]
    assert visit.evaluate("asked") == [{"u": -1}]
    assert slider.get_attribute("aria-valuetext") == "−1"


def test_stepping_through_a_graph_goes_on_with_its_new_numbers(visit: Page) -> None:
    place = begin(visit, "chain_rule_scalar")
    place.get_by_role("button", name="Forward one step").click()
    assert place.locator("svg [data-step]:visible").count() < 5
    place.get_by_role("slider").press("End")
    expect(place.locator("svg")).to_contain_text("𝑥 = 2")
    assert place.locator("svg [data-step]:not(:visible)").count() == 0
    place.get_by_role("button", name="Back one step").click()
    assert place.locator("svg [data-step]:not(:visible)").count() > 0
    place.get_by_role("button", name="Show all").click()
    _, wanted = tried("chain_rule_scalar", "picture", {"x": 2.0}, LIBRARY.modules)
    expect(place.locator("figure [role=status]")).to_contain_text(wanted.numbers[-1])


def test_a_page_may_be_left_while_python_loads_and_come_back_to(visit: Page) -> None:
    visit.goto(address("chain_rule_scalar"))
    visit.locator("[data-experiment]").get_by_role("button", name="Run with").click()
    expect(visit.get_by_role("slider")).to_be_visible()
    visit.locator(".needs a").first.click()
    expect(visit.locator("#top")).to_have_text("Derivative")
    visit.go_back()
    expect(visit.locator("#top")).to_have_text("Chain rule for one variable")
    place = visit.locator("[data-experiment]")
    expect(place.locator(".sliders")).to_be_hidden()
    place.get_by_role("button", name="Run with").click()
    ran(place)
    place.get_by_role("slider").press("Home")
    visit.locator(".needs a").first.click()
    expect(visit.locator("#top")).to_have_text("Derivative")
    assert visit.evaluate("asked.length") <= 2


def test_nothing_comes_from_elsewhere_nor_before_the_click(
    context: BrowserContext, page: Page, address: str
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto("notes/learning-rate/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if re.search("experiment|run|pyodide", url)] == []
    place = page.locator("[data-experiment]")
    place.get_by_role("button").click()
    ran(place)
    for name in ("experiment.js", "experiment.css", "run.json"):
        assert len([url for url in asked if url.endswith(name)]) == 1, name
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_what_cannot_be_loaded_is_said_and_tried_again(context: BrowserContext, page: Page) -> None:
    context.route("**/experiment.js", lambda route: route.abort())
    page.goto("notes/sigmoid-derivative/")
    place = page.locator("[data-experiment]")
    button = place.get_by_role("button")
    button.click()
    expect(button).to_have_text("Offline")
    context.unroute("**/experiment.js")
    page.reload()
    first = cells(place)
    context.route("**/experiment.css", lambda route: route.abort())
    button.click()
    expect(button).to_have_text("Offline")
    context.unroute("**/experiment.css")
    context.route("**/run.json", lambda route: route.abort())
    button.click()
    expect(place.locator(".own")).to_contain_text("Python could not be loaded")
    place.get_by_role("slider").press("ArrowRight")
    expect(place.locator("output")).to_have_text("1")  # what the figure shows
    assert cells(place) == first
    context.unroute("**/run.json")
    place.get_by_role("slider").press("ArrowRight")
    ran(place)
    expect(place.locator("output")).to_have_text("1.5")
    expect(place.locator(".own")).to_have_count(0)


def test_an_error_is_shown_as_text_beside_what_was_there(
    context: BrowserContext, page: Page, site: Path
) -> None:
    pack: dict[str, Any] = json.loads((site / "assets/run.json").read_text(encoding="utf-8"))
    text = pack["modules"]["sigmoid_derivative.py"]
    line = "    x = np.linspace(-6, 6, 97)\n"
    bad = f"{line}    if u > 1:\n        raise ValueError('<img src=x> is wrong')\n"
    assert line in text
    pack["modules"]["sigmoid_derivative.py"] = text.replace(line, bad)
    context.route("**/assets/run.json", lambda route: route.fulfill(json=pack))
    page.goto("notes/sigmoid-derivative/")
    place = page.locator("[data-experiment]")
    place.get_by_role("button").click()
    ran(place)
    first = cells(place)
    place.get_by_role("slider").press("ArrowRight")
    told = place.locator("pre.own")
    expect(told).to_contain_text("ValueError: <img src=x> is wrong")
    expect(told).to_contain_text('File "snippets/sigmoid_derivative.py", line ')
    assert "in_page" not in (told.text_content() or "")
    expect(place.locator("p.own")).to_have_text("Stopped by an error")
    expect(place.locator("output")).to_have_text("1")
    assert cells(place) == first
    place.get_by_role("slider").press("ArrowLeft")
    ran(place)
    expect(told).to_have_count(0)


@pytest.mark.parametrize("module", PLACES)
def test_without_scripts_the_worked_example_is_complete(
    browser: Browser, address: str, site: Path, module: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"notes/{module.replace('_', '-')}/")
    place = page.locator("[data-experiment]")
    expect(place.locator("[data-run]")).to_be_hidden()
    expect(place.get_by_role("slider")).to_have_count(0)
    expect(place.locator("figure svg").first).to_be_visible()
    assert cells(place) == experiment(PLACES[module], LIBRARY.modules).outcome.numbers
    context.close()
