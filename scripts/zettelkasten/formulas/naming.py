"""Names in a formula: symbols of the note with layers and indices, and index letters."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from . import meaning, tree
from .meaning import Meaning, Symbol
from .operators import Cases
from .ranges import Range
from .shapes import RefusedError

CONSTANTS = {"e": np.e, r"\pi": np.pi, r"\mathrm{i}": 1j}
DIFFERENTIALS = ("d", r"\mathrm{d}", r"\partial")
INDEX_LETTERS = frozenset("ijklmpqrst")
"""Letters that may stand for an index without being declared."""


@dataclass
class Namer:
    """Resolves names. `names` are the note's symbols; other index letters run over a range."""

    names: frozenset[str]
    functions: frozenset[str]
    families: frozenset[str]
    matrices: frozenset[str]
    free: dict[str, list[tuple[Symbol, int]]] = field(default_factory=dict)
    """Free index letters with the axes that they index; layers have none."""
    layers: set[str] = field(default_factory=set)
    layered: dict[str, list[Symbol]] = field(default_factory=lambda: defaultdict(list))
    """Symbols whose layer is a letter alone, by letter."""
    used: set[str] = field(default_factory=set)
    in_optimum: bool = False
    drawn: set[str] = field(default_factory=set)
    """Symbols over whose values an expectation is taken around what is read now."""
    cases: list[Cases] = field(default_factory=list)
    _bound: list[Range] = field(default_factory=list)

    def sum(self, node: tree.Sum) -> Meaning:
        """Read an expression; the reader of terms does it."""
        raise NotImplementedError

    def term(self, factors: Sequence[tree.Node]) -> Meaning:
        """Read a row of factors; the reader of terms does it."""
        raise NotImplementedError

    def symbol(self, base: tree.Name, scripts: tree.Scripted) -> Symbol:
        """A symbol of the note with layer and indices. Refuses one that nothing declares."""
        _, layer_node = split_above(scripts)
        layer = None
        if layer_node is not None:
            layer = self.sum(layer_node.parts[0].sides[0])
        name, indices = self._declared(starred(base, scripts), scripts)
        if scripts.primes and name not in self.functions:
            raise RefusedError("only a function has primes", base.at)
        self.used.add(name)
        places = tuple(self._index(i) for i in indices)
        symbol = Symbol(base.at, name, layer, places, name in self.drawn)
        for position, index in enumerate(indices):
            letter = letter_alone(index)
            if letter and self.is_index(letter):
                self._uses(letter).append((symbol, position))
        if layer_node is not None:
            self.layers |= self._letters_of(layer_node)
            if isinstance(layer, meaning.Letter):
                self.layered[layer.letter].append(symbol)
        return symbol

    def _declared(self, base: tree.Name, scripts: tree.Scripted) -> tuple[str, list[tree.Node]]:
        r"""Name and indices: `\beta_1` and `n_l` may be names of their own."""
        indices = [index for items in scripts.below for index in indices_of(items)]
        if len(indices) > 1 and base.text in self.names - self.matrices - self.families:
            # What has one axis has one index, so that 2i is a product here.
            indices = [part.sides[0] for items in scripts.below for part in items.parts]
        if len(indices) == 1:
            text = getattr(indices[0], "text", "")
            if f"{base.text}_{text}" in self.names:
                exact = f"{base.text}_{text}"
                return exact, (indices if exact in self.families else [])
            for name in self.families:
                if name.partition("_")[0] == base.text and "_" in name:
                    return name, indices
        if base.text in self.matrices and len(indices) == 1:
            indices = _digits(indices[0])  # w_{12} is row 1, column 2
        if base.text not in self.names:
            raise RefusedError(f"{base.text} is no symbol of this note", base.at)
        return base.text, indices

    def _index(self, node: tree.Node) -> Meaning:
        if isinstance(node, tree.Sum):
            return self.sum(node)
        if isinstance(node, tree.Name) and self.is_index(node.text):
            return self._letter(node)
        return self.term([node])

    def is_index(self, name: str) -> bool:
        """Whether a name is an index letter here."""
        return self.is_bound(name) or (name in INDEX_LETTERS and name not in self.names)

    def _letter(self, node: tree.Name) -> Meaning:
        if not self.is_bound(node.text):
            self.free.setdefault(node.text, [])
        return meaning.Letter(node.at, node.text)

    def _uses(self, letter: str) -> list[tuple[Symbol, int]]:
        for over in reversed(self._bound):
            if over.letter == letter:
                return over.uses
        return self.free.setdefault(letter, [])

    def _letters_of(self, items: tree.Items) -> set[str]:
        found = {
            factor.text
            for _, term in items.parts[0].sides[0].terms
            for factor in term.factors
            if isinstance(factor, tree.Name) and self.is_index(factor.text)
        }
        return {letter for letter in found if not self.is_bound(letter)}

    @contextmanager
    def binding(self, over: Range) -> Iterator[None]:
        """Take a letter for the index of a range inside one construct."""
        self._bound.append(over)
        try:
            yield
        finally:
            self._bound.pop()

    @contextmanager
    def naming(self, name: str | None) -> Iterator[None]:
        """Take a name for a symbol inside one construct only, as `h` in a limit."""
        names, self.names = self.names, self.names | ({name} if name else set())
        try:
            yield
        finally:
            self.names = names

    def is_bound(self, letter: str) -> bool:
        """Whether an index letter runs over the range of a sum or the like."""
        return any(over.letter == letter for over in self._bound)


def starred(base: tree.Name, scripts: tree.Scripted) -> tree.Name:
    r"""The name with its star, where `\ast` above marks an optimum: `w^\ast` is one symbol."""
    powers, _ = split_above(scripts)
    star = any(isinstance(power, tree.Command) and power.text == r"\ast" for power in powers)
    return tree.Name(base.at, rf"{base.text}^\ast") if star else base


def _digits(node: tree.Node) -> list[tree.Node]:
    """The digits of a number one by one; anything else as it is."""
    if isinstance(node, tree.Number) and node.text.isdigit():
        return [tree.Number(node.at, digit) for digit in node.text]
    return [node]


def unscripted(node: tree.Node) -> tuple[tree.Node, tree.Scripted]:
    """Base and scripts of a factor."""
    if isinstance(node, tree.Scripted):
        return node.base, node
    return node, tree.Scripted(node.at, node)


def is_slash(node: tree.Node) -> bool:
    """Whether a factor is `/`."""
    return isinstance(node, tree.Infix) and node.text == "/"


def is_round(node: tree.Node) -> bool:
    """Whether a factor is something in round brackets."""
    base, _ = unscripted(node)
    return isinstance(base, tree.Brackets) and base.kind == "round"


def is_differential(node: tree.Node) -> bool:
    """Whether a factor is the d or ∂ of a derivative."""
    return isinstance(node, tree.Name | tree.Command) and node.text in DIFFERENTIALS


def factors_of(items: tree.Items) -> tuple[tree.Node, ...]:
    """The factors of items that are a single unsigned term; else none."""
    if len(items.parts) != 1 or items.parts[0].relations:
        return ()
    terms = items.parts[0].sides[0].terms
    return terms[0][1].factors if len(terms) == 1 and terms[0][0] == 1 else ()


def split_above(scripts: tree.Scripted) -> tuple[list[tree.Node], tree.Items | None]:
    """Powers, and the layer: what stands above in one pair of brackets."""
    powers: list[tree.Node] = []
    layer = None
    for items in scripts.above:
        factors = factors_of(items)
        if factors and isinstance(factors[0], tree.Brackets) and factors[0].kind == "round":
            if layer is not None or any(map(is_round, factors[1:])):
                raise RefusedError("a symbol has one layer", items.at)
            layer = factors[0].items
            powers += factors[1:]
        elif len(factors) == 1:
            powers.append(factors[0])
        else:
            powers.append(items.parts[0].sides[0])
    return powers, layer


def indices_of(items: tree.Items) -> list[tree.Node]:
    """`jk` is two indices, `t+1` is one; a comma separates."""
    found: list[tree.Node] = []
    for part in items.parts:
        terms = part.sides[0].terms
        if len(terms) == 1 and terms[0][0] == 1:
            found += terms[0][1].factors
        else:
            found.append(part.sides[0])
    return found


def letter_alone(node: tree.Node) -> str | None:
    """The text of a node that is a bare name."""
    return node.text if isinstance(node, tree.Name) else None


def single_name(side: tree.Sum) -> str | None:
    """The text of an expression that is a bare name."""
    if len(side.terms) != 1 or side.terms[0][0] != 1:
        return None
    factors = side.terms[0][1].factors
    return letter_alone(factors[0]) if len(factors) == 1 else None
