"""Everything that must hold of the notes, as one list of problems."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from .experiments import experiment_problems
from .fences import fence_problems, modules_of
from .formulas.published import formula_problems
from .graph import ROUTE
from .library import Library
from .links import Ambiguous, Found, Missing
from .markup import Fence, Formula
from .mathml import FormulaError, mathml
from .note import SLUG, Note
from .numbers import COUNTED, number_problems
from .pictures import picture_problems
from .problem import Problem
from .symbols import symbol_problems
from .take_home import take_home_problems


def check(library: Library, only: Collection[Note] | None = None) -> list[Problem]:
    """Every problem of the library, or of the notes in `only`, in order of place."""
    notes = library.notes if only is None else only
    found = [problem for note in notes for problem in _note_problems(library, note)]
    found += _module_problems(library, notes)
    shown = {note.shown for note in notes}
    found += [problem for problem in _shared_problems(library) if problem.path in shown]
    if only is None and library.is_whole:
        found += _room_problems(library)
    return sorted(set(found))


def _note_problems(library: Library, note: Note) -> Iterator[Problem]:
    """What is wrong with a note and with the files that it links to."""
    if not library.is_known_good(note):
        problems = list(_own_problems(library, note))
        yield from problems
        if not problems:
            library.keep_as_good(note)
    yield from library.resolver.file_problems(note)


def _own_problems(library: Library, note: Note) -> Iterator[Problem]:
    """What can be said of a note by itself."""
    yield from note.reading_problems()
    if not SLUG.fullmatch(note.slug):
        message = f"'{note.slug}' is no slug: use a-z, 0-9 and hyphens, a letter first"
        yield Problem(note.shown, 1, 1, message)
    for token in note.markup.tokens:
        if isinstance(token, Formula):
            try:
                mathml(token.latex, display=token.display)
            except FormulaError as error:
                yield note.problem(token.latex_start + error.offset, str(error))
    yield from fence_problems(note, library.modules)
    yield from picture_problems(note, library.modules)
    yield from experiment_problems(note, library.modules)
    yield from formula_problems(note, library.modules, library.checked(note))
    if note.module in library.modules.names():
        yield from symbol_problems(library.modules, note.module)
    if note.kind == "lab":
        yield from _lab_problems(library, note)
    if note.kind in COUNTED:
        yield from number_problems(note, library.modules)


def _lab_problems(library: Library, note: Note) -> Iterator[Problem]:
    """A lab that fails when it is run."""
    run = library.modules.labs.run(note.slug)
    if run.failure:
        message = f"fails when run: {run.failure}; try python {note.shown}"
        yield Problem(note.shown, run.line, 1, message)


def _shared_problems(library: Library) -> Iterator[Problem]:
    """What only shows when all notes are seen together."""
    for relation, outcome in library.resolved:
        match outcome:
            case Missing(message):
                yield relation.problem(message)
            case Ambiguous(notes):
                places = " and ".join(note.shown for note in notes)
                yield relation.problem(f"'{relation.target}' is ambiguous: it names {places}")
            case Found(note) if note is relation.source and relation.kind == "needs":
                yield relation.problem("a note cannot need itself: take it out of 'needs'")
    yield from _duplicates(library, "id", "take a new one: an id is never used twice")
    yield from _duplicates(library, "slug", "rename one file: an idea has one name")
    for circle in library.graph.circles:
        path = " → ".join(note.slug for note in circle)
        for note in circle[1:]:
            yield note.problem_at_key("needs", f"'needs' goes in a circle: {path}; take one out")
    for note in (note for note in library.notes if note.kind == "path"):
        for route in ROUTE.finditer(note.markup.text):
            if f"notes/{route['slug']}" not in library.by_name:
                message = f"there is no note {route['slug']} for this route to lead to"
                yield note.problem(route.start(), message)
    for relation, later in library.graph.late():
        message = f"this step needs {later.slug}, which comes later on this path: move it down"
        yield relation.problem(message)
    for note in library.graph.orphans():
        message = "no other page links to this one: add a link where it helps a reader"
        yield Problem(note.shown, 1, 1, message)


def _duplicates(library: Library, what: str, advice: str) -> Iterator[Problem]:
    """Notes that share an id or a slug; each but the first is reported."""
    sharing: dict[str, list[Note]] = defaultdict(list)
    for note in library.notes:
        if note.id and note.kind != "page":
            sharing[getattr(note, what)].append(note)
    for value, (first, *others) in sharing.items():
        for note in others:
            yield note.problem_at_key(
                what, f"the {what} {value} is already that of {first.shown}: {advice}"
            )


def _module_problems(library: Library, notes: Collection[Note]) -> Iterator[Problem]:
    """Modules behind these notes that fail when they are run, or cannot be taken home."""
    users: dict[str, Note] = {}
    for note in notes:
        for module in sorted(_modules_of(library, note)):
            users.setdefault(module, note)
    for module, note in users.items():
        run = library.modules.run(module)
        if run.failure:
            shown = f"snippets/{module}.py"
            message = f"fails when run for {note.shown}: {run.failure}"
            yield Problem(shown, run.line, 1, f"{message}; try python -m snippets.{module}")
    runnable = [module for module in users if not library.modules.run(module).failure]
    yield from take_home_problems(library, notes, runnable)


def _modules_of(library: Library, note: Note) -> set[str]:
    """The note's own module and those that its fences use, as far as they exist."""
    wanted = {note.module} if note.kind == "note" else set()
    for token in note.markup.tokens:
        if isinstance(token, Fence):
            wanted |= set(modules_of(token))
    return wanted & set(library.modules.names())


def _room_problems(library: Library) -> Iterator[Problem]:
    """One name, three rooms: each module has its note and its test; each lab has a test."""
    slugs = {note.module for note in library.notes if note.kind == "note"}
    modules = set(library.modules.names())
    tests = {path.stem for path in (library.root / "tests" / "snippets").glob("test_*.py")}
    for module in sorted(modules):
        shown, slug = f"snippets/{module}.py", module.replace("_", "-")
        if module not in slugs:
            message = f"no note has this name: rename the module, or write docs/notes/{slug}.md"
            yield Problem(shown, 1, 1, message)
        if f"test_{module}" not in tests:
            message = f"no test has this name: write tests/snippets/test_{module}.py"
            yield Problem(shown, 1, 1, message)
    for test in sorted(tests):
        if (module := test.removeprefix("test_")) not in modules:
            message = f"no module has this name: rename the test, or write snippets/{module}.py"
            yield Problem(f"tests/snippets/{test}.py", 1, 1, message)
    for lab in (note for note in library.notes if note.kind == "lab"):
        test = f"tests/labs/test_{lab.module}.py"
        if not (library.root / test).is_file():
            yield Problem(lab.shown, 1, 1, f"no test has this name: write {test}")


def select(library: Library, files: Collection[Path]) -> list[Note]:
    """The notes in these files. Raises `ValueError` for a file that is not among the notes."""
    by_path = {(library.docs / note.file).resolve(): note for note in library.notes}
    unknown = [file for file in files if file.resolve() not in by_path]
    if unknown:
        names = ", ".join(map(str, unknown))
        raise ValueError(f"not among the notes below {library.docs}: {names}")
    return [by_path[file.resolve()] for file in files]
