"""The built site as files: nothing broken, nothing from elsewhere, the same bytes every time."""

import base64
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit

import pytest
from zettelkasten.library import Library
from zettelkasten.markup import Fence
from zettelkasten.mathml import mathml
from zettelkasten.numbers import printed_numbers
from zettelkasten.render.symbols import in_words

from tests.conftest import ROOT

LIBRARY = Library(ROOT, ROOT / "docs")
NOTES = [note for note in LIBRARY.notes if note.kind == "note"]
FIRST_WEB = [
    "chain-rule-scalar",
    "gradient",
    "jacobian",
    "loss-functions",
    "neuron-weights-biases",
    "forward-pass",
    "automatic-differentiation",
    "reverse-mode-ad",
    "backpropagation",
    "error-signal-delta",
    "gradient-descent",
    "backprop-is-not-training",
    "why-called-back",
    "linnainmaa-algorithm-l",
]


class Page(HTMLParser):
    """Ids, addresses, scripts and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.addresses: list[tuple[str, str, dict[str, str | None]]] = []
        self.metas: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids |= {value for key in ("id", "name") if (value := named.get(key))}
        for key in ("href", "src"):
            if key in named:
                self.addresses.append((tag, named[key] or "", named))
        if tag == "meta" and named.get("name"):
            self.metas[named["name"] or ""] = named.get("content") or ""


@cache
def read(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 2 * len(LIBRARY.notes) * 0.8
    return found


def test_the_first_web_is_there_and_each_note_has_snippet_and_test() -> None:
    slugs = {note.slug: note for note in NOTES}
    for slug in FIRST_WEB:
        assert LIBRARY.modules.path(slugs[slug].module).is_file()


def test_no_link_or_anchor_is_broken(site: Path) -> None:
    broken = []
    for page in pages(site):
        base = page.relative_to(site).as_posix()
        for _, address, _ in read(page).addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            folder = "" if base == "404.html" else base.rpartition("/")[0]
            place = normpath(f"{folder}/{unquote(parts.path)}") if parts.path else base
            if parts.path.startswith("/"):
                place = unquote(parts.path)
            target = site / place.lstrip("/")
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                broken.append(f"{base}: {address}")
            elif parts.fragment and parts.fragment not in read(target).ids:
                broken.append(f"{base}: {address} (no such place)")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in pages(site):
        for tag, address, named in read(page).addresses:
            if urlsplit(address).netloc:
                allowed = tag == "a" or (tag == "link" and named.get("rel") == "canonical")
                assert allowed, f"{page}: <{tag}> {address}"
    for style in site.rglob("adjoint.css"):
        assert "//" not in re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)


def test_every_page_is_under_one_policy_that_allows_this_site_only(site: Path) -> None:
    start = '<meta http-equiv="Content-Security-Policy" content="'
    policies = set()
    for page in pages(site):
        before, found, after = page.read_text(encoding="utf-8").partition(start)
        assert found, page
        first = r'[^<]*(<(!doctype|html|head|meta charset)[^>]*>\s*)+(<link rel="preload"[^>]*>)?'
        assert re.fullmatch(first, before), page
        policies.add(after.partition('"')[0])
    (rules,) = (dict(rule.split(" ", 1) for rule in one.split("; ")) for one in policies)
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert set(rules["script-src"].split()[:2]) == {"'self'", "'wasm-unsafe-eval'"}
    assert all(one.startswith("'sha256-") for one in rules["script-src"].split()[2:])
    assert {rules[kind] for kind in ("font-src", "connect-src", "worker-src")} == {"'self'"}


def test_every_page_has_a_description(site: Path) -> None:
    descriptions = {}
    for page in pages(site):
        text = read(page).metas.get("description", "")
        assert len(text) > 20, page
        descriptions.setdefault(text, []).append(page)
    for note in NOTES:
        assert note.claim in descriptions


def test_formulas_are_mathml_and_no_raw_latex_is_left(site: Path) -> None:
    for note in NOTES:
        html = (site / note.url / "index.html").read_text()
        article = html[html.index("<article") : html.index("</article>")]
        prose = re.sub(r"<(pre|code|math).*?</\1>", "", article, flags=re.DOTALL)
        assert "$" not in prose, note.slug
        assert "\\" not in prose, note.slug
        assert '<math display="block"' in article, note.slug
        assert 'class="broken"' not in article
    assert not list(site.rglob("*mathjax*")) + list(site.rglob("*katex*"))


def test_every_note_shows_code_and_what_it_printed(site: Path) -> None:
    for note in NOTES:
        html = (site / note.url / "index.html").read_text()
        printed = LIBRARY.modules.run(note.module).output.splitlines()[0]
        escaped = printed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert escaped.rstrip() in html, note.slug
        assert f"python -m snippets.{note.module}" in html


@pytest.mark.parametrize(
    ("old", "slug"),
    [
        ("2021-04-27t16-55-26z", "backpropagation"),
        ("2021-04-27t18-05-20z", "gradient"),
        ("2021-04-26t19-23-41z", "loss-functions"),
        ("2021-04-26t15-11-38z", "neuron-weights-biases"),
        ("2021-04-27t16-51-42z", "gradient-descent"),
        ("2020-10-08t15-20-39z", "automatic-differentiation"),
        ("2020-10-08t15-31-20z", "reverse-mode-ad"),
    ],
)
def test_ids_from_the_first_note_and_its_links_still_lead_there(
    site: Path, old: str, slug: str
) -> None:
    html = (site / "z" / old / "index.html").read_text()
    assert f'url=../../notes/{slug}/"' in html
    assert f'href="../../notes/{slug}/"' in html


def test_every_id_leads_to_its_page(site: Path) -> None:
    for note in LIBRARY.notes:
        if note.id:
            html = (site / "z" / note.id / "index.html").read_text()
            assert f"../../{note.url}" in html


def test_backpropagation_keeps_the_links_of_the_note_it_grew_from(site: Path) -> None:
    page = site / "notes/backpropagation/index.html"
    addresses = {address for _, address, _ in read(page).addresses}
    assert "https://www.youtube.com/watch?v=tIeHLnjs5U8" in addresses
    assert "https://www.giulianomega.com/post/2018-05-04-backprop/#sec:fw-autodiff" in addresses
    for slug in (
        "gradient",
        "loss-functions",
        "neuron-weights-biases",
        "gradient-descent",
        "automatic-differentiation",
        "reverse-mode-ad",
    ):
        assert f"../{slug}/" in addresses


def test_the_graph_is_published(site: Path) -> None:
    data = json.loads((site / "graph.json").read_text())
    assert {note["name"] for note in data["notes"]} == set(LIBRARY.by_name)
    assert {relation["kind"] for relation in data["relations"]} == {"needs", "cites", "mentions"}


def test_two_builds_of_one_commit_are_the_same_bytes(
    site: Path, tmp_path: Path, build: Callable[..., None]
) -> None:
    again = tmp_path / "again"
    build(again, PYTHONHASHSEED="7")
    files = {path.relative_to(site) for path in site.rglob("*")}
    assert files == {path.relative_to(again) for path in again.rglob("*")}
    for file in files:
        if (site / file).is_file():
            assert (site / file).read_bytes() == (again / file).read_bytes(), file


def test_no_page_names_a_path_of_the_machine_it_was_built_on(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in {".html", ".json", ".xml", ".py", ".css", ".js"}:
            assert str(ROOT) not in path.read_text(encoding="utf-8"), path


def test_the_math_font_has_every_character_of_the_formulas(site: Path) -> None:
    """A character that it lacks would be drawn in another font; `<mi>x</mi>` is drawn italic."""
    listing = (ROOT / "docs/assets/fonts/lm-math.txt").read_text().split()
    has = {chr(int(point.removeprefix("U+"), 16)) for point in listing}
    used = set()
    for page in pages(site):
        for formula in re.findall(r"<math.*?</math>", page.read_text(), flags=re.DOTALL):
            used |= set(unescape(re.sub(r"<[^>]*>", "", formula)))
            used |= {italic(letter) for letter in re.findall(r"<mi>(.)</mi>", formula)}
    assert len(used) > 50
    assert sorted(used - has) == []


def italic(letter: str) -> str:
    """The mathematical italic form that browsers give a letter standing alone in `<mi>`."""
    if letter == "h":
        return "ℎ"
    for first, italics in (("A", 0x1D434), ("a", 0x1D44E), ("Α", 0x1D6E2), ("α", 0x1D6FC)):
        if 0 <= ord(letter) - ord(first) < (26 if first in "Aa" else 25):
            return chr(italics + ord(letter) - ord(first))
    return letter


def test_the_totals_are_those_of_the_library_and_of_the_list_of_mutants(site: Path) -> None:
    html = (site / "checked/index.html").read_text(encoding="utf-8")
    filled = dict(re.findall(r'<\w+ data-count="([^"]+)">([^<]*)</', html))
    verdicts = [one.verdict for note in LIBRARY.notes for one in LIBRARY.checked(note)]
    claims = [one for one in verdicts if one.comparisons]
    fences = [token for note in LIBRARY.notes for token in note.markup.tokens]
    listed = json.loads((site / "mutants.json").read_text(encoding="utf-8"))
    assert {what: int(number) for what, number in filled.items()} == {
        "formulas": len(verdicts),
        "checked formulas": len(claims),
        "numbers": sum(len(printed_numbers(note.markup)) for note in NOTES),
        "fences": sum(isinstance(token, Fence) for token in fences),
        "modules": len(list((ROOT / "snippets").glob("*.py"))) - 1,
        "mutants generated": listed["generated"],
        "mutants killed by value": listed["killed by value"],
        "mutants killed by refusal": listed["killed by refusal"],
        "mutants survivors": len(listed["survivors"]),
    }
    statuses = re.search(r'data-totals="statuses">.*?</table>', html, re.DOTALL)
    assert statuses
    numbers = list(map(int, re.findall(r">(\d+)</td></tr>", statuses[0])))
    assert sum(numbers) == len(verdicts)
    assert sorted(numbers) == sorted(Counter(one.status for one in verdicts).values())


def test_each_mutant_that_survives_is_listed_with_its_note_and_reason(site: Path) -> None:
    html = (site / "checked/index.html").read_text(encoding="utf-8")
    true, _, gaps = html.partition('data-totals="gaps"')
    rows = LIBRARY.mutants["survivors"]
    assert html.count("<dd><math") == len(rows)
    for row in rows:
        of_kind = true if row["reason"].startswith("true:") else gaps
        below = [
            entry.partition(f"{shown(row['formula'])}</dt>")[2]
            for entry in of_kind.split("<dt>")
            if f'/{row["note"]}/">' in entry
        ]
        start = f"<dd>{shown(row['mutant'])}{row['kind']}: "
        said = [entry.partition(start)[2].partition("</dd>")[0] for entry in below]
        assert in_words(row["reason"].partition(": ")[2]) in said, row


def shown(latex: str) -> str:
    return mathml(latex, display=True)


def test_nothing_unknown_is_counted() -> None:
    for what in ("forumlas", "mutants born", "nice formulas", "steps of nowhere"):
        with pytest.raises(LookupError):
            LIBRARY.count(what)


def test_every_display_formula_says_how_it_was_checked(site: Path) -> None:
    for note in NOTES:
        html = (site / note.url / "index.html").read_text()
        assert html.count('<details class="checked"') == html.count('<div class="formula"'), (
            note.slug
        )
        assert "comparisons in a worked example and 3 random draws" in html
        assert f'snippets/{note.module}.py">{note.module}.py</a>' in html


def test_what_is_run_are_the_files_that_were_tested(site: Path) -> None:
    pack = json.loads((site / "assets/run.json").read_text(encoding="utf-8"))
    files = {file.name: file.read_text(encoding="utf-8") for file in ROOT.glob("snippets/*.py")}
    assert pack["modules"] == files
    for name, size in pack["files"].items():
        assert (site / pack["folder"] / name).stat().st_size == size
    machinery = {f"scripts/zettelkasten/{name}.py" for name in ("in_page", "cells", "data", "plot")}
    assert pack["runner"].keys() >= machinery
    for name, text in pack["runner"].items():
        assert text == (ROOT / name).read_text(encoding="utf-8")
    for name, packed in pack["data"].items():
        assert base64.b64decode(packed) == (ROOT / "docs/labs/data" / name).read_bytes()
    assert pack["data"]
    assert "Mozilla" in (site / pack["folder"] / "LICENCES.txt").read_text(encoding="utf-8")
    assert "MIT" in (site / "assets/prism-code-editor/LICENSE").read_text(encoding="utf-8")


def test_own_styles_and_scripts_are_small(site: Path) -> None:
    def weight(name: str) -> int:
        return len(gzip.compress((site / "assets" / name).read_bytes()))

    assert (site / "assets/adjoint.css").stat().st_size <= 18_000
    assert (site / "assets/adjoint.js").stat().st_size <= 7_000
    assert weight("adjoint.css") <= 6_000
    assert weight("adjoint.js") + weight("search.js") <= 4_000
    running = ("run.js", "python.js", "run-worker.js", "edit.js", "experiment.js", "dress.js")
    assert sum(map(weight, running)) <= 12_000
