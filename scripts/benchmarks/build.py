"""The site's machinery on synthetic notes, against plain Material with the same short navigation.

Each of N notes has links, checks, formulas and backlinks: 6 links and 3 display formulas. The two
take turns; the ratio is that of the medians. Then the check of all notes of this site, and of one,
interpreter start included.
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

import environment

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
        times: dict[str, list[float]] = {name: [] for name in roots}
        for turn in range(rounds):
            for name, root in roots.items():
                times[name].append(_build(root))
                print(f"round {turn + 1}, {name:8} {times[name][-1]:6.2f} s", flush=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(
        f"build of {notes} notes, medians: "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items())
    )
    for name, files in {"all notes": [], "one note": ["docs/notes/backpropagation.md"]}.items():
        seconds = statistics.median(_check(files) for _ in range(rounds))
        print(f"check of {name}: {seconds:.2f} s")
    print(f"ratio {medians['adjoint'] / medians['plain']:.2f} (goal: at most 1.3)")
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


def _build(root: Path) -> float:
    """Seconds of a strict build of one folder, from nothing, as `build.py` does it."""
    shutil.rmtree(root / "site", ignore_errors=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    variables = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    start = time.perf_counter()
    result = subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout + result.stderr)
    return time.perf_counter() - start
