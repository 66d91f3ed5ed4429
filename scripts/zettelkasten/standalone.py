"""Modules as single files that run alone with NumPy, for readers to take home.

A module of the snippets imports others. Here it becomes one file: its docstring, one block of
imports, of each module that it needs the statements that are reached, and its own. Names that would
clash are changed where they are meant. What only the checks of the site use stays behind.
"""

import builtins
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from .scopes import NO_LINE, Source, Statement, Use

Thing = tuple[str, str]
"""What a name means: the module that makes it, and its name there, empty for a module itself."""
FOLDER = "alone"
"""Where such files are served, below the place of those that they are made from."""
WIDTH = 100
_BUILTIN = "builtins"
_OF_THE_PROGRAM = {"__name__", "__doc__"}
"""What means the same in the main module only; other names like these never do."""
_CHECKS = {"symbols"}
_NAMESPACE: Thing = ("types", "SimpleNamespace")
_LOOKS = re.compile(r"\b(?:getattr|setattr|delattr|hasattr|vars|dir)\(|\.__(?:name|doc|dict)__")
"""What finds out that a module has become another object."""


class Sources:
    """Modules that can be taken along, by name, each with its path and its text."""

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        self._texts = texts
        self._read: dict[str, Source] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def __getitem__(self, name: str) -> Source:
        """A module, taken apart."""
        if name not in self._read:
            self._read[name] = Source(*self._texts[name], self._texts.keys())
        return self._read[name]

    def module(self, name: str, head: str, unshown: Collection[str] = ()) -> str:
        """The file of a module, with `head`, a comment, below its docstring.

        It is without `symbols` and what is `unshown`, functions that only the site calls, and
        without what only these need. Raises `TakeHomeError` for what cannot be taken along.
        """
        return _File(self, name, {*unshown, *_CHECKS}).text(head)

    def script(self, path: str, text: str) -> tuple[str, str]:
        """What a script takes from modules, as a program of its own, and the script without it."""
        everything = Sources({**self._texts, "__main__": (path, text)})
        everything._read |= self._read
        file = _File(everything, "__main__", ())
        return file.definitions(), file.own_text()


class _File:
    """One file that is being put together from a main module and others."""

    def __init__(self, sources: Sources, main: str, unshown: Collection[str]) -> None:
        self.sources, self.main, self.source = sources, main, sources[main]
        self.order = [*self._imported(main, set())]
        self.home: dict[Statement, str] = {}
        """Each statement's module; what another than the main one does as a program is left out."""
        self.owners: dict[Thing, list[Statement]] = defaultdict(list)
        for module in self.order:
            for one in sources[module].statements:
                if module == main or not one.is_main:
                    self.home[one] = module
                    for name in one.binds:
                        self.owners[module, name].append(one)
        self.owners.default_factory = None
        self.kept: set[Statement] = set()
        self.uses: dict[Thing, list[Use]] = defaultdict(list)
        self.meant: dict[Use, Thing] = {}
        self.objects: dict[str, dict[str, Thing]] = defaultdict(dict)
        """Modules that are handed around as values, with what is asked of them."""
        self._keep(self._roots({*unshown}))
        self._keep_what_acts()
        self.names = self._named()

    def _imported(self, name: str, seen: set[str]) -> Iterator[str]:
        """A module behind those that it imports, as they are run."""
        seen.add(name)
        for module, _ in self.sources[name].imports.values():
            if module in self.sources and module not in seen:
                yield from self._imported(module, seen)
        yield name

    # What is needed

    def _roots(self, unshown: set[str]) -> list[Statement]:
        """Statements of the main module that are wanted for themselves."""
        own = self.source.statements
        behind, size = {*unshown}, -1
        while len(behind) > size:
            size = len(behind)
            for one in own:
                if one.binds & behind:
                    behind |= {use.name for use in one.uses}
        return [
            one
            for one in own
            if one.binds != {"__all__"} and (one.is_shown or not one.binds or one.binds - behind)
        ]

    def _keep(self, wanted: list[Statement]) -> None:
        """Keep statements, and all that they need."""
        waiting = [*wanted]
        while waiting:
            one = waiting.pop()
            if one in self.kept:
                continue
            self.kept.add(one)
            for use in one.uses:
                thing = self._meant(use, one)
                self.uses[thing].append(use)
                self.meant[use] = thing
                is_module = thing[0] in self.sources and not thing[1]
                for what in self._asked(one, thing[0], use) if is_module else [thing]:
                    waiting += self.owners.get(what, ())

    def _keep_what_acts(self) -> None:
        """Keep statements that may change what is kept, as far as their modules are loaded."""
        size = -1
        while len(self.uses) > size:
            size = len(self.uses)
            for one in filter(self._acts, self.home):
                if self._behind(one) & self.uses.keys() & self.owners.keys():
                    self._keep([one])

    def _acts(self, one: Statement) -> bool:
        """Whether a statement may change what others have made."""
        called = (self._meant(use, one)[0] for use in one.uses if use.is_called)
        return one.changes or any(there in self.sources for there in called)

    def _behind(self, one: Statement) -> set[Thing]:
        """What a statement uses, and what that uses, in any depth."""
        found: set[Thing] = set()
        waiting = [one]
        while waiting:
            one = waiting.pop()
            new = {self._meant(use, one) for use in one.uses} - found
            found |= new
            waiting += [other for thing in new for other in self.owners.get(thing, ())]
        return found

    def _source(self, one: Statement) -> Source:
        return self.sources[self.home[one]]

    def _meant(self, use: Use, at: Statement) -> Thing:
        """What a name means. Raises `TakeHomeError` if that cannot be told."""
        thing = self._thing(self.home[at], use.name)
        if thing and use.attribute:
            thing = self._thing(thing[0], use.attribute)
        if thing is None:
            place = use.place if use.place >= 0 else at.start
            raise self._source(at).fail(place, f"{use.text} has no meaning in a single file")
        return thing

    def _thing(self, module: str, name: str) -> Thing | None:
        source = self.sources[module]
        if (module, name) in self.owners:
            return module, name
        if name in source.imports:
            there, what = source.imports[name]
            if there in self.sources and what:
                if what in self.sources[there].rebound:  # the import has what it was at first
                    return None
                return self._thing(there, what)
            return there, what
        known = module == self.main and name in _OF_THE_PROGRAM
        if known or (hasattr(builtins, name) and not name.startswith("__")):
            return _BUILTIN, name
        return None

    def _asked(self, at: Statement, of: str, use: Use) -> list[Thing]:
        """What a module may be asked for where it is handed around as a value."""
        if _LOOKS.search(self._source(at).text) or self.sources[of].rebound:
            raise self._source(at).fail(
                use.place, f"{use.name} is a module: take functions out of it"
            )
        texts = (self.sources[one].text for one in self.order)
        for name in sorted({name for text in texts for name in re.findall(r"\.(\w+)", text)}):
            thing = self._thing(of, name)
            if thing and thing[0] != _BUILTIN:
                self.objects[of][name] = thing
        asked = [*self.objects[of].values()]
        self.uses |= {thing: self.uses[thing] for thing in (_NAMESPACE, *asked)}
        return asked

    def _kept(self, module: str) -> Iterator[tuple[Statement, Use]]:
        """What is kept of a module uses, each with its statement."""
        for one in self.sources[module].statements:
            if one in self.kept:
                yield from ((one, use) for use in one.uses)

    # What it is called

    def _named(self) -> dict[Thing, str]:
        """A name for each thing: that in the main module, if it has one, else its own."""
        taken = {thing[1]: thing for thing in self.uses if thing[0] == _BUILTIN}
        for module in self.order:
            for one, use in self._kept(module):
                thing = self.meant[use]
                if use.place < 0 and taken.setdefault(use.name, thing) != thing:
                    why = f"code made as text may use {use.name}, which is another thing too"
                    raise self._source(one).fail(one.node, f"{why}: rename one of them")
        names = {thing: name for name, thing in taken.items()}
        own = (use for _, use in self._kept(self.main) if not use.attribute)
        in_main = {self.meant[use]: use.name for use in own}
        for thing in sorted(self.uses, key=lambda one: (one not in in_main, one)):
            if thing not in names:
                module = thing[0].rpartition(".")[2].strip("_") or "main"
                longer = f"{module}_{thing[1] or 'module'}"
                numbered = (f"{longer}_{number}" for number in range(2, 100))
                tries = (in_main.get(thing) or self._usual(thing), longer, *numbered)
                name = next(one for one in tries if one not in taken and self._fits(thing, one))
                names[thing], taken[name] = name, thing
        return names

    def _fits(self, thing: Thing, name: str) -> bool:
        """Whether a name is not hidden where it would be new."""
        return not any(name in use.hidden for use in self.uses[thing] if use.text != name)

    def _usual(self, thing: Thing) -> str:
        """What modules call something that is none of ours, np for numpy; of ours, its name."""
        used = [use.name for use in self.uses[thing] if self._is_of_others(thing)]
        return used[0] if used else thing[1] or thing[0].rpartition(".")[2]

    # How it is written

    def text(self, head: str) -> str:
        """The whole file."""
        start = f"{self.source.docstring}\n\n{head}".strip("\n")
        top = f"{start}\n\n{self._imports(self.uses)}".strip("\n")
        body = self._written(self.main)
        own = f"# {self.source.path}{_gap(body)}{body}"
        return "\n\n\n".join([top, *self._parts(), own]) + "\n"

    def definitions(self) -> str:
        """What the main module takes from others, as a program of its own."""
        shared = {self.meant[use] for module in self.order[:-1] for _, use in self._kept(module)}
        parts = [self._imports(shared | {_NAMESPACE} & self.uses.keys()), *self._parts()]
        return "\n\n\n".join(filter(None, parts)) + "\n"

    def own_text(self) -> str:
        """The text of the main module, its imports of our modules taken out."""
        for _, use in self._kept(self.main):
            thing = self.meant[use]
            if self._is_of_others(thing) and self.names[thing] != use.name:
                raise self.source.fail(use.place, f"{use.name} is another thing in what this takes")
        ends = [place for cut in self.source.cuts for place in cut]
        between = zip([0, *ends[1::2]], [*ends[::2], len(self.source.text)], strict=True)
        whole = "\0".join(self._renamed(self.main, *piece) for piece in between)
        return re.sub(r"\n*\0[\n\0]*", "\n\n", whole).strip("\n") + "\n"

    def _parts(self) -> Iterator[str]:
        """What is taken from other modules, each in turn."""
        for module in self.order[:-1]:
            if body := self._written(module):
                yield f"# from {self.sources[module].path}{_gap(body)}{body}"
            if module in self.objects:
                asked = sorted(self.objects[module].items())
                words = ", ".join(f"{name}={self.names[thing]}" for name, thing in asked)
                yield f"{self.names[module, '']} = {self.names[_NAMESPACE]}({words})"

    def _written(self, module: str) -> str:
        """What is kept of a module."""
        written, before = "", None
        for one in self.sources[module].statements:
            if one in self.kept:
                blocks = one.is_block or (before is not None and before.is_block)
                gap = "\n\n\n" if blocks else "\n\n" if one.is_apart else "\n"
                written += (gap if before else "") + self._renamed(module, one.start, one.end)
                before = one
        return written

    def _renamed(self, module: str, start: int, end: int) -> str:
        """A piece of a module's text with the names of this file."""
        text, pieces, last = self.sources[module].text, [], start
        uses = [use for _, use in self._kept(module) if start <= use.place < end]
        for use in sorted(uses, key=lambda use: use.place):
            name = self.names[self.meant[use]]
            pieces += [text[last : use.place], name]
            last = use.place + len(use.text)
            if name != use.text and text.startswith(".__", last):
                raise self.sources[module].fail(
                    use.place, f"{use.text} changes: write its name out"
                )
        whole = "".join([*pieces, text[last:end]])
        return re.sub(f"(?<=\n\n){NO_LINE}\n\n|{NO_LINE}\n?", "", whole)

    def _imports(self, things: Collection[Thing]) -> str:
        """One block of imports, Python's own first."""
        plain: dict[bool, list[str]] = {False: [], True: []}
        groups: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for thing in sorted(filter(self._is_of_others, things)):
            module, name = thing
            new = self.names[thing]
            if name:
                in_text = [use.place < 0 for use in self.uses[thing]]
                as_new = name if new == name else f"{name} as {new}"
                groups[module, bool(in_text) and all(in_text)].append(as_new)
            else:
                as_new = "" if new == module else f" as {new}"
                plain[module.startswith("numpy")].append(f"import {module}{as_new}")
        for (module, in_text), names in sorted(groups.items()):
            plain[module.startswith("numpy")].append(_from(module, names, in_text))
        return "\n\n".join("\n".join(block) for block in plain.values() if block)

    def _is_of_others(self, thing: Thing) -> bool:
        return thing[0] != _BUILTIN and thing[0] not in self.sources


def _gap(body: str) -> str:
    return "\n\n\n" if re.match(r"(#.*\n)*(@|def |class |async )", body) else "\n\n"


def _from(module: str, names: list[str], only_text: bool) -> str:
    """A line that imports names, or several if it is too long."""
    note = "  # noqa: F401 - for code that is made as text" if only_text else ""
    line = f"from {module} import {', '.join(names)}{note}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import ({note}\n" + "".join(f"    {name},\n" for name in names) + ")"
