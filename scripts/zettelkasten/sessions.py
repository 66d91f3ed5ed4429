"""Console sessions in notes: code behind `>>>` is run, and must print what stands below it.

The standard library's doctest reads, runs and compares them. Two things are stricter here: no text
may stand between the lines, and no directive may switch a comparison off, so whatever a reader sees
below a prompt was compared.
"""

import doctest
import re
import traceback
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Any

LONGEST = 80
"""Characters of a line that a message cites."""

_FLAGS = doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1
_COMMENT = re.compile(r"[ ]*>>>[ ]*(#.*)?")
_DIRECTIVE = re.compile(r"#\s*doctest:")
_DOCTEST_ERROR = re.compile(r"line (?P<line>\d+) of the \w+ for session (?P<what>.*)", re.DOTALL)
_TRACEBACK = "Traceback (most recent call last):\n"


@dataclass(frozen=True)
class Fault:
    """What does not hold at a line of a session, counted from 1."""

    line: int
    message: str


class SessionError(ValueError):
    """A text that is no session; `line` counts from 1, and 0 means all of it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read(text: str) -> list[doctest.Example]:
    """The lines of code of a session with what they should print. Raises `SessionError`."""
    if ">>>" not in text:
        raise SessionError(0, "a session shows code: begin each line of it with >>> and a space")
    lines = text.expandtabs().split("\n")
    for number, line in enumerate(lines, start=1):
        if _DIRECTIVE.search(line):
            raise SessionError(number, "a session takes no directives: its output is compared")
    try:
        examples = doctest.DocTestParser().get_examples(text, "session")
    except ValueError as error:
        found = _DOCTEST_ERROR.fullmatch(str(error))
        if not found:
            raise SessionError(0, str(error)) from error
        raise SessionError(int(found["line"]), f"this line {found['what']}") from error
    for example in examples:  # an empty last ... is left out of the source, but is a line
        code = takewhile(lambda line: line.lstrip().startswith("..."), lines[example.lineno + 1 :])
        example.source += "\n" * (1 + len(list(code)) - example.source.count("\n"))
    # What doctest passes over would be shown without having been compared.
    read_lines = {
        example.lineno + offset
        for example in examples
        for offset in range(example.source.count("\n") + example.want.count("\n"))
    }
    for index, line in enumerate(lines):
        if index not in read_lines and line.strip() and not _COMMENT.fullmatch(line):
            advice = "begin code with >>>, with its output right below, <BLANKLINE> if it is empty"
            raise SessionError(index + 1, f"this line is neither code nor its output: {advice}")
    if not examples:
        raise SessionError(0, "a session runs something: this one holds only comments")
    return examples


def play(examples: list[doctest.Example]) -> list[Fault]:
    """Run a session in a namespace of its own: what it does other than it shows.

    What comes after an exception that is not shown is left out, since most of it only follows.
    """
    runner = _Runner()
    test = doctest.DocTest(examples, {"__name__": "__main__"}, "session", None, 0, None)
    runner.run(test, out=lambda _: None)
    return runner.faults


class _Runner(doctest.DocTestRunner):
    """Collects faults where doctest would print them."""

    def __init__(self) -> None:
        super().__init__(verbose=False, optionflags=_FLAGS)
        self.faults: list[Fault] = []
        self._ended = False

    def report_failure(
        self, out: object, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Another output, or another exception, than the session shows."""
        if not self._ended:
            code = example.source.count("\n")
            line, message = _difference(example, got)
            lines_shown = example.want.count("\n")
            below = code + min(line, lines_shown - 1) if lines_shown else 0
            self.faults.append(Fault(example.lineno + 1 + below, message))

    def report_unexpected_exception(
        self, out: object, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        """An exception that the session does not show."""
        if not self._ended:
            what = traceback.format_exception_only(exc_info[1])[-1].strip()
            self.faults.append(Fault(example.lineno + 1, f"raises {what}"))
        self._ended = True


def _difference(example: doctest.Example, got: str) -> tuple[int, str]:
    """The line of the output, from 0, at which it parts from what is shown, and how."""
    if example.exc_msg is not None:
        _, found, rest = got.rpartition(_TRACEBACK)
        raised = (line for line in rest.splitlines() if line[:1].strip())
        what = _brief(next(raised, "something else")) if found else "nothing"
        return 0, f"raises {what}, the note shows {_brief(example.exc_msg.strip())}"
    same = doctest.OutputChecker().check_output
    shown_lines, printed_lines = example.want.split("\n")[:-1], got.split("\n")[:-1]
    for line, (shown, printed) in enumerate(zip_longest(shown_lines, printed_lines)):
        if shown is None or printed is None or not same(f"{shown}\n", f"{printed}\n", _FLAGS):
            more = " more" if line else ""
            sides = (
                f"nothing{more}" if side is None else _brief(side) for side in (printed, shown)
            )
            return line, "this prints {}, the note shows {}".format(*sides)
    return 0, f"this prints {_brief(got)}, the note shows {_brief(example.want)}"


def _brief(line: str) -> str:
    first, *others = line.split("\n")
    cut = first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
    return (cut or "an empty line") + ("…" if others else "")
