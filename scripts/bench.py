"""Measure what must stay fast, side by side with what it is compared to.

    python3 scripts/bench.py [--notes N] [--rounds R]

build: the site's machinery (links, checks, formulas, backlinks) on N synthetic notes with 6 links
and 3 display formulas each, against plain Material with the same short navigation on the same
notes. The two take turns; the ratio is that of the medians.

check: all notes of this site, and one of them, with `scripts/check.py`, interpreter start included.
"""

import argparse
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

FORMULAS = (
    r"\delta_j^{(l)} = \sigma'(z_j^{(l)}) \sum_k w_{kj}^{(l+1)} \delta_k^{(l+1)}",
    r"\frac{\partial C}{\partial w_{jk}^{(l)}} = \frac{1}{n} \sum_{i=0}^{n-1} "
    r"\frac{\partial C_i}{\partial w_{jk}^{(l)}}",
    r"J = \begin{bmatrix} a & b \\ c & d \end{bmatrix}, \quad \bar x = J^\top \bar y",
)
# Evaluating formulas depends on what a note's module computes: it is measured on the real notes.
SCHEMATIC = "<!-- schematic: a note of the benchmark has no module -->"
SENTENCE = "A slope along $i$ is carried back to the value that produced it, as told in {link}. "
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


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description="Measure the build beside plain Material.")
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    environment.enter("site")
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: Path(folder, name) for name in ("plain", "adjoint")}
        _write_plain(roots["plain"], options.notes)
        _write_adjoint(roots["adjoint"], options.notes)
        times: dict[str, list[float]] = {name: [] for name in roots}
        for turn in range(options.rounds):
            for name, root in roots.items():
                times[name].append(_build(root))
                print(f"round {turn + 1}, {name:8} {times[name][-1]:6.2f} s", flush=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(
        f"build of {options.notes} notes, medians: "
        + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items())
    )
    for name, files in {"all notes": [], "one note": ["docs/notes/backpropagation.md"]}.items():
        seconds = statistics.median(_check(files) for _ in range(options.rounds))
        print(f"check of {name}: {seconds:.2f} s")
    print(f"ratio {medians['adjoint'] / medians['plain']:.2f} (goal: at most 1.3)")
    return 0


def _write_notes(docs: Path, count: int) -> None:
    """Index and notes: 400 words, 6 links, 3 display formulas each; the same in every run."""
    chance = random.Random(1970)
    notes = docs / "notes"
    notes.mkdir(parents=True)
    lines = [f"- [Note {number}](notes/note-{number}.md)" for number in range(count)]
    (docs / "index.md").write_text(
        "---\ntitle: Home\nclaim: Every note.\n---\n\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    for number in range(count):
        body = []
        for i in range(6):
            other = chance.randrange(count)
            link = f"[note {other}](note-{other}.md)"
            body.append(SENTENCE.format(link=link) + FILLER * 3)
            if i % 2:
                body.append(f"$$\n{FORMULAS[i // 2]}\n$$\n{SCHEMATIC}")
        clock = f"{number // 3600:02}-{number // 60 % 60:02}-{number % 60:02}"
        text = (
            f"---\nid: 2026-01-01t{clock}z\ntitle: Note {number}\n"
            f"claim: This is note {number}.\naliases: []\n"
            f"needs: [{f'note-{number // 2}' if number else ''}]\nsources: []\n"
            "date: 2026-01-01\n---\n\n## Part\n\n" + "\n\n".join(body) + "\n"
        )
        (notes / f"note-{number}.md").write_text(text, encoding="utf-8")


def _write_plain(root: Path, count: int) -> None:
    _write_notes(root / "docs", count)
    (root / "mkdocs.yml").write_text(PLAIN, encoding="utf-8")


def _write_adjoint(root: Path, count: int) -> None:
    """The project's own settings around the synthetic notes."""
    _write_notes(root / "docs", count)
    for part in ("overrides", "docs/assets"):
        shutil.copytree(environment.ROOT / part, root / part)
    (root / "snippets").mkdir()
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


if __name__ == "__main__":
    sys.exit(main())
