"""The site's machinery on synthetic notes, against plain Material with the same short navigation.

Each of N notes has links, checks, formulas and backlinks: 6 links and 3 display formulas. Plain
Material, our build from nothing and our build of the same notes again take turns; ratios are those
of the medians. Then the check of all notes of this site, and of one, interpreter start included.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import environment

OURS = ("adjoint, nothing known", "adjoint, nothing changed")


class Cost(NamedTuple):
    """What a build took: seconds on the clock, and the most memory."""

    seconds: float
    megabytes: float


# The notation page's module gives the symbols of pages that have none, so that every formula below
# is evaluated; like MathML, a verdict is found once for all pages that share module and formula.
FORMULAS = (
    r"\delta_j^{(l)} = \sigma'(z_j^{(l)}) \sum_k w_{kj}^{(l+1)} \delta_k^{(l+1)} "
    r"\quad \text{for } l < L",
    r"\frac{\partial f}{\partial x_j} = \frac{1}{n} \sum_{i=0}^{n-1} "
    r"\frac{\partial f_i}{\partial x_j}",
    r"\bar x = J^\top \bar y, \quad \text{where } J = \begin{bmatrix} a & b \\ c & d \end{bmatrix}",
)
NOTATION = """\
import numpy as np


def sigma(z):
    return 1 / (1 + np.exp(-z))


def example():
    return {}


def symbols(rng=None):
    r'''What the symbols mean.

    L: number of layers
    w: weights of layer l
    z: weighted inputs of layer l, (n_l, 1)
    \\delta: error signal of layer l, (n_l, 1)
    \\sigma: the activation function, entry by entry
    x: the place at which slopes are taken, a column
    n: samples in the batch
    f: the mean over the samples
    f_i: one number for sample i
    a: first entry of the Jacobian
    b: entry beside it
    c: entry below it
    d: last entry
    \\bar y: what comes back to the output, a column
    \\bar x: what goes back to the input, a column
    '''
    rng = rng or np.random.default_rng(0)
    x, directions = rng.normal(size=(7, 1)), rng.normal(size=(4, 7))
    samples = [lambda x, row=row: np.tanh(row @ x).item() for row in directions]
    w = {l: rng.normal(size=(4 - l, 5 - l)) for l in (1, 2, 3)}
    z = {l: rng.normal(size=(4 - l, 1)) for l in (1, 2, 3)}
    delta = {3: rng.normal(size=(1, 1))}
    for l in (2, 1):
        a = sigma(z[l])
        delta[l] = w[l + 1].T @ delta[l + 1] * a * (1 - a)
    a, b, c, d = rng.normal(size=4)
    y = rng.normal(size=(2, 1))
    return {
        "L": 3, "w": w, "z": z, r"\\delta": delta, r"\\sigma": sigma,
        "x": x, "n": 4, "f": lambda x: sum(f(x) for f in samples) / 4, "f_i": samples,
        "a": a, "b": b, "c": c, "d": d,
        r"\\bar y": y, r"\\bar x": np.array([[a, c], [b, d]]) @ y,
    }
"""
SENTENCE = (
    "A slope along $x_{i}$ is carried back to the value that produced it, as told in {link}. "
)
FILLER = "Every value that a step used receives what the step sends back, and adds it to its own. "
_CHECK = """
import sys, time
from pathlib import Path
from zettelkasten.checks import check
from zettelkasten.library import Library

root = Path(sys.argv[1])
library = Library(root, root / "docs")
library.graph.reading_order
start = time.perf_counter()
assert not check(library)
print(time.perf_counter() - start)
"""
PLAIN = """\
site_name: Plain
site_url: https://adjoint.example/
theme: {name: material, font: false}
nav: [{Home: index.md}]
not_in_nav: /notes/*
plugins: [search]
markdown_extensions: [admonition, attr_list, def_list, footnotes, md_in_html, smarty, tables, toc,
  {pymdownx.arithmatex: {generic: true}}]
"""


def run(notes: int, rounds: int) -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder, name) for name in ("plain", "adjoint")}
        _write_plain(roots["plain"], notes)
        _write_adjoint(roots["adjoint"], notes)
        found: dict[str, list[Cost]] = {name: [] for name in ("plain", *OURS)}
        for turn in range(rounds):
            found["plain"].append(_build(roots["plain"]))
            shutil.rmtree(roots["adjoint"] / ".cache", ignore_errors=True)
            for name in OURS:
                found[name].append(_build(roots["adjoint"]))
            print(f"round {turn + 1} of {rounds}", flush=True)
        checks = [_check_alone(roots["adjoint"]) for _ in range(rounds)]
    print(f"build of {notes} notes, medians:")
    seconds = {name: statistics.median(cost.seconds for cost in found[name]) for name in found}
    for name, costs in found.items():
        megabytes = statistics.median(cost.megabytes for cost in costs)
        print(f"  {name:26} {seconds[name]:6.2f} s, {megabytes:4.0f} MB")
    apart = statistics.median(checks)
    print(f"  {'checks, all of them':26} {apart:6.2f} s")
    first, again = (seconds[name] / seconds["plain"] for name in OURS)
    without = (seconds[OURS[0]] - apart) / seconds["plain"]
    print(
        f"ratio {first:.2f} at first, {without:.2f} with the checks apart, {again:.2f} with "
        "nothing changed (goal: at most 1.3 with the checks apart)"
    )
    for name, files in {"all notes": [], "one note": ["docs/notes/backpropagation.md"]}.items():
        seconds_of_check = statistics.median(_check(files) for _ in range(rounds))
        print(f"check of {name} of this site: {seconds_of_check:.2f} s")
    return 0


def _write_notes(docs: Path, count: int) -> None:
    """Index and notes: 400 words, 6 links, 3 display formulas each; the same in every run."""
    chance = random.Random(1970)
    notes = docs / "notes"
    notes.mkdir(parents=True)
    lines = ["- [Note 0](notes/notation-glossary.md)"]
    lines += [f"- [Note {number}](notes/note-{number}.md)" for number in range(1, count)]
    (docs / "index.md").write_text(
        "---\ntitle: Home\nclaim: Every note.\n---\n\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    for number in range(count):
        body = []
        for i in range(6):
            other = chance.randrange(1, count)
            link = f"[note {other}](note-{other}.md)"
            body.append(SENTENCE.format(i=i, link=link) + FILLER * 3)
            if i % 2:
                body.append(f"$$\n{FORMULAS[i // 2]}\n$$")
        clock = f"{number // 3600:02}-{number // 60 % 60:02}-{number % 60:02}"
        slug = f"note-{number}" if number else "notation-glossary"
        text = (
            f"---\nid: 2026-01-01t{clock}z\ntitle: Note {number}\n"
            f"claim: This is note {number}.\naliases: []\n"
            f"needs: [{f'note-{number // 2}' if number > 1 else ''}]\nsources: []\n"
            "date: 2026-01-01\n---\n\n## Part\n\n" + "\n\n".join(body) + "\n"
        )
        (notes / f"{slug}.md").write_text(text, encoding="utf-8")


def _write_plain(root: Path, count: int) -> None:
    _write_notes(root / "docs", count)
    (root / "mkdocs.yml").write_text(PLAIN, encoding="utf-8")


def _write_adjoint(root: Path, count: int) -> None:
    """The project's own settings around the synthetic notes."""
    _write_notes(root / "docs", count)
    for part in ("overrides", "docs/assets"):
        shutil.copytree(environment.ROOT / part, root / part)
    for folder, file, text in (
        ("snippets", "__init__.py", ""),
        ("snippets", "notation_glossary.py", NOTATION),
        ("tests/snippets", "test_notation_glossary.py", ""),
    ):
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / file).write_text(text, encoding="utf-8")
    hook = "scripts/zettelkasten/mkdocs_adapter.py"
    (root / hook).parent.mkdir(parents=True)
    shutil.copy(environment.ROOT / hook, root / hook)
    settings = (environment.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    before, rest = settings.split("\nnav:\n")
    after = rest[rest.index("not_in_nav:") :]
    (root / "mkdocs.yml").write_text(
        f"{before}\nnav:\n  - Home: index.md\n{after}", encoding="utf-8"
    )


def _check(files: list[str]) -> float:
    """Seconds of a check of these notes, or of all."""
    command = [sys.executable, "scripts/check.py", *files]
    start = time.perf_counter()
    subprocess.run(command, cwd=environment.ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def _check_alone(root: Path) -> float:
    """Seconds of the checks of a folder in a process that has read its pages."""
    command = [sys.executable, "-c", _CHECK, str(root)]
    variables = os.environ | {"PYTHONPATH": str(environment.ROOT / "scripts")}
    return float(subprocess.check_output(command, env=variables, text=True))


def _build(root: Path) -> Cost:
    """A strict build of one folder, as `build.py` does it."""
    shutil.rmtree(root / "site", ignore_errors=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    variables = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=root, env=variables, stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            sys.exit(log.read().decode())
    return Cost(seconds, used.ru_maxrss / 1024)
