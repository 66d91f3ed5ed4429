r"""What the symbols of a display formula mean: marked in its MathML, and listed below it.

A module says what its symbols mean in the docstring of its `symbols`, with a line `NAME: meaning`
for each, by its LaTeX name; how large they are is seen in the worked example.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..formulas.scene import family, is_recorded
from ..formulas.shapes import RefusedError, as_value, describe
from ..formulas.verdict import symbol_name
from ..mathml import FormulaError, inline, mathml
from ..modules import Modules
from ..symbols import is_letter, meanings

_ENTITY = re.compile(r"&(?!(?:lt|gt|amp);)\w+;")
_NUMBER = re.compile(r", (?:a|one|each a) number$")
_LETTER = r"(?:\\[a-zA-Z]+(?: [a-zA-Z](?![\w']))?|[a-zA-Z])"
# Letters of formulas in a sentence; a, A and I by themselves are words.
_NOTATION = re.compile(
    rf"`(?P<code>[^`]+)`|(?<![\w'\\])(?P<math>(?![aAI](?![\w'])){_LETTER}"
    r"(?:_(?:\w|\{[^{}]*\}))?(?: [-+] \d+)?)(?![\w'])"
)


@dataclass(frozen=True)
class Legend:
    """A formula's MathML with `data-symbol` on its symbols, and a list that they number."""

    formula: str
    entries: str = ""


class Legends:
    """The legends of all formulas, each made once for all pages that share it and its module."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._meanings: dict[str, dict[str, str]] = {}
        self._legends: dict[tuple[str, str], Legend] = {}

    def of(self, module: str, latex: str, used: frozenset[str]) -> Legend:
        """The legend of a formula that uses these symbols of a module. Raises `FormulaError`."""
        if module not in self._meanings:
            self._meanings[module] = meanings(self._modules, module)
        if (module, latex) not in self._legends:
            draws = self._modules.symbols(module).draws
            table = {symbol_name(name): thing for name, thing in (draws or [{}])[0].items()}
            self._legends[module, latex] = _legend(latex, used, table, self._meanings[module])
        return self._legends[module, latex]


def _legend(
    latex: str, used: frozenset[str], table: Mapping[str, Any], known: Mapping[str, str]
) -> Legend:
    root = _parse(mathml(latex, display=True))
    names = {_key(name): name for name in used if is_letter(name)}
    families = {key[0]: name for key, name in names.items() if key[1] and family(table.get(name))}
    numbers: dict[str, int] = {}
    layered = set()
    for element, name, has_layer in _symbols(root, names, families):
        element.set("data-symbol", str(numbers.setdefault(name, len(numbers))))
        layered |= {name} if has_layer else set()
    entries = "".join(
        f"<dt>{mathml(name, display=False)}</dt>"
        f"<dd>{_entry(name, 'layer' if name in layered else 'member', table, known)}</dd>"
        for name in numbers
    )
    formula = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    return Legend(formula, f"<dl>{entries}</dl>" if entries else "")


def _entry(name: str, member: str, table: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """Meaning and size of a symbol; `member` is what one thing of a family is called."""
    if name not in table:
        return in_words(known.get(name, "defined by this formula"))
    said, shape = known.get(name, ""), _shape(table[name], member)
    if "a number" in shape:
        said = _NUMBER.sub("", said)
    return " · ".join(filter(None, [in_words(said), shape]))


# Which letters are symbols


def _parse(formula: str) -> Element:
    return ElementTree.fromstring(_ENTITY.sub(lambda entity: unescape(entity[0]), formula))


def _key(name: str) -> tuple[str, str, str]:
    """A symbol's letter with its accent, and what of its name stands below and above it."""
    base, below, above = _parts(_bare(_parse(mathml(name, display=True))[0]))
    return _text(_bare(base)), _text(below), _text(above)


def _parts(element: Element) -> tuple[Element, Element | None, Element | None]:
    """What has scripts, and what stands below and above it."""
    match element.tag, list(element):
        case "msub", [base, below]:
            return base, below, None
        case "msup", [base, above]:
            return base, None, above
        case "msubsup", [base, below, above]:
            return base, below, above
    return element, None, None


def _bare(element: Element) -> Element:
    """A letter without the row in which upright ones stand behind a space."""
    while element.tag == "mrow" and len(element) == 2 and element[0].tag == "mspace":
        element = element[1]
    return element


def _text(element: Element | None) -> str:
    return "" if element is None else ElementTree.tostring(element, encoding="unicode")


def _symbols(
    element: Element, names: Mapping[tuple[str, str, str], str], families: Mapping[str, str]
) -> Iterator[tuple[Element, str, bool]]:
    """The letters that are symbols, in order, each with its name and whether it has a layer."""
    base, below, above = _parts(element)
    letter = _bare(base)
    key = _text(letter) if letter.tag in {"mi", "mover"} else ""
    under, over = _text(below), _text(above)
    for whole in ((under, over), (under, ""), ("", over)):  # n_L and w^\ast are names as they are
        if any(whole) and (name := names.get((key, *whole))):
            break
    else:
        whole = ("", "")
        name = (families.get(key) if under else None) or names.get((key, "", ""))
    if name:
        yield letter, name, above is not None and above.tag == "mrow" and above[0].text == "("
    elif base is not element:
        yield from _symbols(base, names, families)
    else:
        for child in element:
            yield from _symbols(child, names, families)
    for script, of_name in ((below, whole[0]), (above, whole[1])):
        if script is not None and not of_name:
            yield from _symbols(script, names, families)


# Meaning and shape in words


def _shape(thing: object, member: str = "member") -> str:
    """How large a value is; of a family, each of its members, neighbours of one shape together."""
    if members := family(thing):
        shapes = ((key, _shape(one).partition(",")[0]) for key, one in members.items())
        runs = groupby(shapes, key=lambda pair: pair[1])
        return "; ".join(_run(member, [key for key, _ in run], shape) for shape, run in runs)
    if callable(thing) or (isinstance(thing, tuple) and thing and callable(thing[0])):
        return "a function"
    if isinstance(thing, set | frozenset):
        return f"a set, {len(thing)} members"
    try:
        shape = describe(as_value(thing.value if is_recorded(thing) else thing))
    except (RefusedError, TypeError, ValueError):  # what is no number, such as the dual unit
        return ""
    return (
        f"{shape}, here {thing}"
        if isinstance(thing, int)
        else shape.replace(" x ", "\u00a0×\u00a0")
    )


def _run(member: str, keys: list[Any], shape: str) -> str:
    if len(keys) == 1:
        return f"{member} {keys[0]}: {shape}"
    if len(keys) > 2 and keys == list(range(keys[0], keys[0] + len(keys))):
        which = f"{keys[0]} to {keys[-1]}"
    else:
        which = f"{', '.join(map(str, keys[:-1]))} and {keys[-1]}"
    return f"{member}s {which}: each {shape}"


def in_words(text: str) -> str:
    """Words as HTML; letters that stand among them look as in formulas."""
    pieces, position = [], 0
    for match in _NOTATION.finditer(text):
        pieces += [escape(text[position : match.start()], quote=False), _notation(match)]
        position = match.end()
    return "".join([*pieces, escape(text[position:], quote=False)]).replace("'", "’")


def _notation(match: re.Match[str]) -> str:
    if match["code"]:
        return f"<code>{escape(match['code'], quote=False)}</code>"
    try:
        return inline(match["math"])
    except FormulaError:
        return escape(match[0], quote=False)
