"""Code blocks: sections of a tested module, sessions that are run here, and cells of labs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from .markup import Fence
from .modules import Modules
from .note import Note
from .problem import Problem
from .sessions import SessionError

Verdict = Literal["holds", "fails", "refused"]

_INCLUDE = re.compile(r'[ \t]*--8<-- "snippets/(?P<module>\w+)\.py:(?P<section>[\w-]+)"[ \t]*')
_CELL = re.compile(r"cell (?P<lab>[\w-]+):(?P<line>\d+)")
_IMPORT = re.compile(r"\bsnippets(?:\.|\s+import\s+)(\w+)")
KINDS = "```python, ```python output or ```pycon"
HOW = '--8<-- "snippets/MODULE.py:SECTION"'


@dataclass(frozen=True)
class Include:
    """One line of a fence: a section of a module."""

    module: str
    section: str
    offset: int


def includes(fence: Fence) -> list[Include]:
    """The sections that a fence includes. Raises `ValueError` when it holds anything else."""
    found, offset = [], fence.body_start
    for line in fence.body.splitlines(keepends=True):
        if match := _INCLUDE.fullmatch(line.rstrip("\n")):
            found.append(Include(match["module"], match["section"], offset))
        elif line.strip():
            raise ValueError(
                f"code is not pasted into notes: include a tested section with a line {HOW}, "
                "or show a session in a fence ```pycon"
            )
        offset += len(line)
    if not found:
        raise ValueError(f"this fence is empty: include a tested section with a line {HOW}")
    return found


def shows_output(fence: Fence) -> bool:
    """Whether the fence asks for the module's output below the code."""
    return fence.info.split()[1:] == ["output"]


def is_session(fence: Fence) -> bool:
    """Whether the fence holds a console session."""
    return fence.info == "pycon"


def is_cell(fence: Fence) -> bool:
    """Whether the fence is a cell of a lab."""
    return _CELL.fullmatch(fence.info) is not None


def cell_of(fence: Fence) -> tuple[str, int]:
    """The name of the lab, and the line at which the cell begins in it."""
    if match := _CELL.fullmatch(fence.info):
        return match["lab"], int(match["line"])
    raise ValueError(f"no cell of a lab: {fence.info}")


def modules_of(fence: Fence) -> list[str]:
    """The modules that a fence includes or imports, whether they exist or not, in order."""
    if is_session(fence) or is_cell(fence):
        return _IMPORT.findall(fence.body)
    try:
        return [include.module for include in includes(fence)]
    except ValueError:  # reported by fence_problems
        return []


def fence_problems(note: Note, modules: Modules) -> Iterator[Problem]:
    """Fences of a note that cannot be shown as they stand."""
    for fence in note.markup.tokens:
        if not isinstance(fence, Fence):
            continue
        if is_cell(fence) and (note.kind, note.slug) != ("lab", cell_of(fence)[0]):
            yield note.problem(fence.start, f"a fence is {KINDS}, not ```{fence.info}")
        for offset, message in judged(fence, modules)[1]:
            yield note.problem(offset, message)


def judged(fence: Fence, modules: Modules) -> tuple[Verdict, list[tuple[int, str]]]:
    """Whether a fence holds, fails or cannot be read, and what is wrong at which offsets."""
    if is_session(fence):
        return _judged_session(fence, modules)
    if is_cell(fence):  # that a lab fails is a problem of the lab
        lab, line = cell_of(fence)
        return ("holds" if line in modules.labs.run(lab).cells else "fails"), []
    unreadable, wanted = [], []
    if fence.info.split()[:1] != ["python"] or len(fence.info.split()[1:]) > shows_output(fence):
        unreadable.append((fence.start, f"a fence is {KINDS}, not ```{fence.info}"))
    try:
        wanted = includes(fence)
    except ValueError as error:
        unreadable.append((fence.start, str(error)))
    found = ((include.offset, _missing(include, modules)) for include in wanted)
    missing = [(offset, message) for offset, message in found if message]
    verdict = "refused" if unreadable else "fails" if missing else "holds"
    return verdict, unreadable + missing


def _judged_session(fence: Fence, modules: Modules) -> tuple[Verdict, list[tuple[int, str]]]:
    lengths = (len(line) + 1 for line in fence.body.split("\n"))
    starts = [fence.start, *accumulate(lengths, initial=fence.body_start)]
    try:
        faults = modules.session(fence.body)
    except SessionError as error:
        return "refused", [(starts[error.line], str(error))]
    return "fails" if faults else "holds", [(starts[at.line], at.message) for at in faults]


def _missing(include: Include, modules: Modules) -> str:
    """What an include names that is not there, or nothing."""
    shown = f"snippets/{include.module}.py"
    if not modules.path(include.module).is_file():
        return f"there is no module {shown}"
    if include.section in (sections := _sections(modules, include.module)):
        return ""
    known = ", ".join(sections) or f"none: mark one with # {HOW.split()[0]} [start:NAME]"
    return f"{shown} has no section '{include.section}'; it has {known}"


def _sections(modules: Modules, name: str) -> dict[str, str]:
    try:
        return modules.sections(name)
    except UnicodeDecodeError:  # reported where the module is run
        return {}
