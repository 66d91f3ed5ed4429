"""The YAML block at the top of a note: what it must hold, and where each key stands."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCK = re.compile(r"---[ ]*\n(?P<yaml>.*?)^---[ ]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"\d{4}-\d\d-\d\dt\d\d-\d\d-\d\dz")


@dataclass(frozen=True)
class Key:
    """One key: the test that a value must pass, and the words that say what passes."""

    holds: Callable[[Any], bool]
    expected: str


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and "\n" not in value


def _is_words(value: object) -> bool:
    return _is_line(value) and not set(str(value)) & set("$`*<>")


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(_is_words(item) for item in value)


STRANDS = {
    "calculus": "calculus and descent",
    "control": "control theory",
    "programs": "automatic differentiation",
    "networks": "neural networks",
}
"""The strands of the history, from left to right in a timeline, with their names in words."""
LONGEST = 38
"""Characters that fit beside the strands on a narrow screen."""


def _is_on_timeline(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"strand", "did", "back"}
        and value["strand"] in list(STRANDS)
        and _is_words(value["did"])
        and len(value["did"]) <= LONGEST
        and isinstance(value["back"], bool)
    )


KEYS = {
    "id": Key(
        lambda value: isinstance(value, str) and _ID.fullmatch(value) is not None,
        "a timestamp such as 2021-04-27t16-55-26z",
    ),
    "title": Key(_is_words, "plain words on one line"),
    "claim": Key(_is_words, "one plain sentence on one line, without formulas or markup"),
    "aliases": Key(_is_list, "a list of names, such as [backprop, back-propagation]"),
    "needs": Key(_is_list, "a list of slugs of notes, such as [gradient]"),
    "sources": Key(_is_list, "a list of slugs of literature notes, such as [linnainmaa-1970]"),
    "date": Key(lambda value: type(value) is datetime.date, "a day such as 2026-11-22"),
    "authors": Key(_is_words, "names as printed, on one line"),
    "year": Key(lambda value: type(value) is int, "a year such as 1970"),
    "work": Key(_is_words, "the full title in plain words on one line"),
    "venue": Key(_is_words, "where it was published, on one line"),
    "link": Key(
        lambda value: (
            value is None or (_is_line(value) and value.startswith(("https://", "http://")))
        ),
        "an address such as https://doi.org/10.1038/323533a0, or null where there is none",
    ),
    "known": Key(
        lambda value: value in {"read", "referenced", "unverified"},
        "read, referenced or unverified",
    ),
    "read": Key(_is_words, "one sentence on how what the note says is known"),
    "timeline": Key(
        _is_on_timeline,
        "such as {strand: programs, did: forward mode, back: false}, where the strand is "
        f"{', '.join(STRANDS)}, and did has at most {LONGEST} characters",
    ),
    "template": Key(_is_line, "the name of a template"),
    "hide": Key(_is_list, "a list of page parts to hide"),
}
_NOTE = ("id", "title", "claim", "aliases", "needs", "sources", "date")
REQUIRED = {
    "note": _NOTE,
    "source": (*_NOTE, "authors", "year", "work", "venue", "link", "known", "read"),
    "path": ("id", "title", "claim", "date"),
    "lab": _NOTE,
    "page": ("title", "claim"),
}
OPTIONAL = {
    "note": (),
    "source": ("timeline",),
    "path": (),
    "lab": (),
    "page": ("template", "hide"),
}
LISTS = ("aliases", "needs", "sources")


@dataclass(frozen=True)
class FrontMatter:
    """Checked values by key; a value that does not pass is left out."""

    values: dict[str, Any]
    lines: dict[str, int]
    end: int
    """Offset at which the body begins."""
    problems: list[tuple[int, int, str]] = field(default_factory=list)
    """Line, column and message of what is wrong."""

    def __getitem__(self, key: str) -> Any:
        """The value of a key; an empty list or word where there is none that passes."""
        return self.values.get(key, [] if key in LISTS else "")

    def line(self, key: str) -> int:
        """Line of a key, or of the top of the block."""
        return self.lines.get(key, 1)


def read_front_matter(text: str, kind: str) -> FrontMatter:
    """Parse and check the block at the start of a text, for one kind of page."""
    block = _BLOCK.match(text)
    if not block:
        message = (
            "no front matter: begin the file with a line ---, then "
            + ", ".join(f"{key}:" for key in REQUIRED[kind])
            + ", then a line ---"
        )
        return FrontMatter({}, {}, 0, [(1, 1, message)])
    try:
        values, lines = _load(block["yaml"])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or yaml.Mark("", 0, 0, 0, None, None)
        message = f"front matter is not valid YAML: {error.problem}; quote a value that holds ': '"
        return FrontMatter({}, {}, block.end(), [(mark.line + 2, mark.column + 1, message)])
    except yaml.YAMLError as error:
        message = f"front matter is not valid YAML: {error}"
        return FrontMatter({}, {}, block.end(), [(2, 1, message)])
    problems = list(_problems(values, lines, kind))
    wrong = {lines.get(key) for key, value in values.items() if not _fits(key, value)}
    kept = {key: value for key, value in values.items() if lines.get(key) not in wrong}
    return FrontMatter(kept, lines, block.end(), problems)


def _load(source: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Values and line numbers by key. Raises `yaml.YAMLError`."""
    loader = _Loader(source)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise yaml.MarkedYAMLError(problem="a list of 'key: value' lines was expected")
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if key.value in lines:
                twice = f"the key '{key.value}' stands here twice"
                raise yaml.MarkedYAMLError(problem=twice, problem_mark=key.start_mark)
            lines[key.value] = key.start_mark.line + 2
            try:
                values[key.value] = loader.construct_object(value, deep=True)
            except ValueError as error:  # a date such as 2026-13-01
                reason = str(error)
                raise yaml.MarkedYAMLError(problem=reason, problem_mark=value.start_mark) from error
        return values, lines
    finally:
        loader.dispose()


def _fits(key: str, value: object) -> bool:
    return key in KEYS and KEYS[key].holds(value)


def _problems(
    values: dict[str, Any], lines: dict[str, int], kind: str
) -> Iterator[tuple[int, int, str]]:
    allowed = (*REQUIRED[kind], *OPTIONAL[kind], *LISTS)
    for key in REQUIRED[kind]:
        if key not in values:
            yield 1, 1, f"front matter has no '{key}': add {key}: with {KEYS[key].expected}"
    for key, value in values.items():
        if key not in allowed:
            close = get_close_matches(str(key), allowed, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"a {kind} has {', '.join(allowed)}"
            yield lines.get(key, 1), 1, f"front matter has an unknown key '{key}': {hint}"
        elif not _fits(key, value):
            yield lines[key], 1, f"'{key}' must be {KEYS[key].expected}, not {value!r}"
