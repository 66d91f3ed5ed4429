"""Code blocks: each one includes sections of a tested module, or it is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .markup import Fence
from .modules import Modules
from .note import Note
from .problem import Problem

_INCLUDE = re.compile(r'[ \t]*--8<-- "snippets/(?P<module>\w+)\.py:(?P<section>[\w-]+)"[ \t]*')
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
                f"code is not pasted into notes: include a tested section with a line {HOW}"
            )
        offset += len(line)
    if not found:
        raise ValueError(f"this fence is empty: include a tested section with a line {HOW}")
    return found


def shows_output(fence: Fence) -> bool:
    """Whether the fence asks for the module's output below the code."""
    return fence.info.split()[1:] == ["output"]


def fence_problems(note: Note, modules: Modules) -> Iterator[Problem]:
    """Fences of a note that cannot be shown as they stand."""
    for fence in note.markup.tokens:
        if isinstance(fence, Fence):
            yield from _fence_problems(note, fence, modules)


def _fence_problems(note: Note, fence: Fence, modules: Modules) -> Iterator[Problem]:
    if fence.info.split()[:1] != ["python"] or len(fence.info.split()[1:]) > shows_output(fence):
        message = f"a fence is ```python or ```python output, not ```{fence.info}"
        yield note.problem(fence.start, message)
    try:
        wanted = includes(fence)
    except ValueError as error:
        yield note.problem(fence.start, str(error))
        return
    for include in wanted:
        if not modules.path(include.module).is_file():
            message = f"there is no module snippets/{include.module}.py"
            yield note.problem(include.offset, message)
        elif include.section not in (sections := _sections(modules, include.module)):
            message = (
                f"snippets/{include.module}.py has no section '{include.section}'; it has "
                + (", ".join(sections) or f"none: mark one with # {HOW.split()[0]} [start:NAME]")
            )
            yield note.problem(include.offset, message)


def _sections(modules: Modules, name: str) -> dict[str, str]:
    try:
        return modules.sections(name)
    except UnicodeDecodeError:  # reported where the module is run
        return {}
