"""Modules as single files that run alone with NumPy, for readers to take home.

A module of the snippets imports others. Here it becomes one file: its docstring, one block of
imports, of each module that it needs the statements that are reached, and its own. Names that would
clash are changed where they are meant. What only the checks of the site use stays behind.
"""

import builtins
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from .scopes import NO_LINE, Source, Statement, Use, is_block, is_main

Thing = tuple[str, str]
"""What a name means: the module that makes it, and its name there, empty for a module itself."""
FOLDER = "alone"
"""Where such files are served, below the place of those that they are made from."""
WIDTH = 100
_BUILTIN = "builtins"
_OF_THE_FILE = {"__file__", "__package__", "__spec__", "__import__"}
"""What means something else in another file."""
_OF_THE_PROGRAM = {"__name__", "__doc__"}
"""What means the same only in the main module."""
_CHECKS = {"symbols"}
_NAMESPACE: Thing = ("types", "SimpleNamespace")


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
        self.owners: dict[Thing, list[Statement]] = defaultdict(list)
        for module in self.order:
            for one in self._statements(module):
                for name in one.binds:
                    self.owners[module, name].append(one)
        self.kept: dict[str, list[Statement]] = defaultdict(list)
        self.uses: dict[Thing, list[Use]] = defaultdict(list)
        self.meant: dict[str, dict[Use, Thing]] = defaultdict(dict)
        self.objects: dict[str, set[str]] = {}
        """Modules that are handed around as values, with the names that are asked of them."""
        self.shared: set[Thing] = set()
        """What other modules than the main one use."""
        self._keep(main, self._roots({*unshown}))
        self._keep_what_acts()
        self.names: dict[Thing, str]
        self._name_all()

    def _imported(self, name: str, seen: set[str]) -> Iterator[str]:
        """A module behind those that it imports, as they are run."""
        seen.add(name)
        self.sources[name].statements  # noqa: B018 - reads the imports
        for module, _ in self.sources[name].imports.values():
            if module in self.sources and module not in seen:
                yield from self._imported(module, seen)
        yield name

    def _statements(self, module: str) -> list[Statement]:
        """The statements of a module; what another than the main one does as a program aside."""
        found = self.sources[module].statements
        return [one for one in found if module == self.main or not is_main(one.node)]

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

    def _keep(self, module: str, wanted: list[Statement]) -> None:
        """Keep statements, and all that they need."""
        waiting = [(module, one) for one in wanted]
        while waiting:
            module, one = waiting.pop()
            if one in self.kept[module]:
                continue
            self.kept[module].append(one)
            for use in one.uses:
                thing = self._meant(module, use, one)
                self.uses[thing].append(use)
                self.meant[module][use] = thing
                if module != self.main:
                    self.shared.add(thing)
                if thing[0] in self.sources and not thing[1]:
                    for asked in self._asked(module, thing[0], use):
                        self.uses[asked] += []
                        waiting += [(asked[0], other) for other in self.owners[asked]]
                waiting += [(thing[0], other) for other in self.owners.get(thing, ())]

    def _keep_what_acts(self) -> None:
        """Keep statements that may change what is kept, as far as their modules are loaded."""
        size = -1
        while len(self.uses) > size:
            size = len(self.uses)
            for module in self.order:
                for one in self._statements(module):
                    if self._acts(module, one):
                        known = self._behind(module, one) & self.uses.keys() & self.owners.keys()
                        if known or (self.kept[module] and self.sources[module].is_dynamic):
                            self._keep(module, [one])

    def _behind(self, module: str, one: Statement) -> set[Thing]:
        """What a statement uses, and what that uses, in any depth."""
        found: set[Thing] = set()
        waiting = [(module, one)]
        while waiting:
            module, one = waiting.pop()
            new = {self._meant(module, use, one) for use in one.uses} - found
            found |= new
            waiting += [(thing[0], other) for thing in new for other in self.owners.get(thing, ())]
        return found

    def _acts(self, module: str, one: Statement) -> bool:
        """Whether a statement may change what others have made."""
        decorators = (self._meant(module, use, one)[0] for use in one.decorators)
        return one.acts or any(there in self.sources for there in decorators)

    def _meant(self, module: str, use: Use, at: Statement) -> Thing:
        """What a name means. Raises `TakeHomeError` if that cannot be told."""
        thing = self._thing(module, use.name)
        if thing and use.attribute:
            thing = self._thing(thing[0], use.attribute)
        if use.name in _OF_THE_FILE | (_OF_THE_PROGRAM if module != self.main else set()):
            thing = None
        if thing is None:
            place = use.place if use.place >= 0 else at.start
            raise self.sources[module].fail(place, f"{use.text} has no meaning in a single file")
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
        if hasattr(builtins, name) or name in _OF_THE_PROGRAM:
            return _BUILTIN, name
        return None

    def _asked(self, module: str, of: str, use: Use) -> list[Thing]:
        """What a module may be asked for where it is handed around as a value."""
        source = self.sources[module]
        if re.search(r"\b(getattr|vars|dir)\(", source.text) or self.sources[of].rebound:
            raise source.fail(use.place, f"{use.name} is a module: take functions out of it")
        found = {name: self._thing(of, name) for name in re.findall(r"\.(\w+)", source.text)}
        things = {name: thing for name, thing in found.items() if thing and thing[0] != _BUILTIN}
        self.objects.setdefault(of, set()).update(things)
        self.shared.add(_NAMESPACE)
        self.uses[_NAMESPACE] += []
        return [thing for thing in things.values() if thing in self.owners]

    # What it is called

    def _name_all(self) -> None:
        """Give each thing a name: that in the main module, if it has one, else its own."""
        taken = {thing[1]: thing for thing in self.uses if thing[0] == _BUILTIN}
        for module, meant in self.meant.items():
            for use, thing in meant.items():
                if use.place < 0 and taken.setdefault(use.name, thing) != thing:
                    at = next(one.node for one in self.kept[module] if use in one.uses)
                    why = f"code made as text may use {use.name}, which is another thing too"
                    raise self.sources[module].fail(at, f"{why}: rename one of them")
        self.names = {thing: name for name, thing in taken.items()}
        in_main = {
            thing: use.name for use, thing in self.meant[self.main].items() if not use.attribute
        }
        for thing in sorted(self.uses, key=lambda one: (one not in in_main, one)):
            if thing not in self.names:
                wanted = in_main.get(thing) or self._usual(thing)
                tries = self._tries(thing, wanted)
                name = next(name for name in tries if self._fits(thing, name, taken))
                self.names[thing], taken[name] = name, thing

    def _usual(self, thing: Thing) -> str:
        """What modules call something that is none of ours, np for numpy; of ours, its name."""
        used = [use.name for use in self.uses[thing] if self._is_of_others(thing)]
        return used[0] if used else thing[1] or thing[0].rpartition(".")[2]

    def _tries(self, thing: Thing, wanted: str) -> Iterator[str]:
        module = thing[0].rpartition(".")[2].strip("_") or "main"
        longer = f"{module}_{thing[1] or 'module'}"
        yield from (wanted, longer)
        yield from (f"{longer}_{number}" for number in range(2, 100))

    def _fits(self, thing: Thing, name: str, taken: Mapping[str, Thing]) -> bool:
        """Whether a thing can have a name: it is free, and not hidden where it would be new."""
        hidden = any(name in use.hidden for use in self.uses[thing] if use.text != name)
        return name not in taken and not hidden

    # How it is written

    def text(self, head: str) -> str:
        """The whole file."""
        start = f"{self.source.docstring}\n\n{head}".strip("\n")
        top = f"{start}\n\n{self._imports(self.uses)}".strip("\n")
        parts = [top, *self._parts(self.order[:-1])]
        body = self._written(self.main)
        return "\n\n\n".join([*parts, f"# {self.source.path}{_gap(body)}{body}"]) + "\n"

    def definitions(self) -> str:
        """What the main module takes from others, as a program of its own."""
        parts = [self._imports(self.shared), *self._parts(self.order[:-1])]
        return "\n\n\n".join(filter(None, parts)) + "\n"

    def own_text(self) -> str:
        """The text of the main module, its imports of our modules taken out."""
        for use, thing in self.meant[self.main].items():
            if self._is_of_others(thing) and self.names[thing] != use.name:
                raise self.source.fail(use.place, f"{use.name} is another thing in what this takes")
        written, last = "", 0
        for node in self.source.tree.body:
            if place := self.source.import_of_ours(node):
                written = self._joined(written, self._renamed(self.main, last, place[0]))
                last = place[1]
        return self._joined(written, self._renamed(self.main, last, len(self.source.text)))

    @staticmethod
    def _joined(before: str, after: str) -> str:
        """Two pieces of a script between which an import was."""
        if not before or not after.strip():
            return before or after
        gap = "\n" if before.rstrip().endswith("# %%") else "\n\n"
        return before.rstrip() + gap + after.lstrip("\n")

    def _parts(self, modules: list[str]) -> Iterator[str]:
        for module in modules:
            if body := self._written(module):
                yield f"# from {self.sources[module].path}{_gap(body)}{body}"
            if module in self.objects:
                yield self._object(module)

    def _object(self, module: str) -> str:
        """A module as a value."""
        asked = sorted(self.objects[module])
        things = [(name, self._thing(module, name)) for name in asked]
        words = ", ".join(f"{name}={self.names[thing]}" for name, thing in things if thing)
        return f"{self.names[module, '']} = {self.names[_NAMESPACE]}({words})"

    def _written(self, module: str) -> str:
        """What is kept of a module."""
        written, before, is_next = "", None, False
        for one in self.sources[module].statements:
            is_kept = one in self.kept[module]
            if is_kept:
                is_close = is_next and not one.is_apart
                blocks = is_block(one.node) or (before is not None and is_block(before.node))
                gap = "\n" if is_close else "\n\n\n" if blocks else "\n\n"
                written += (gap if before else "") + self._renamed(module, one.start, one.end)
                before = one
            is_next = is_kept
        return written

    def _renamed(self, module: str, start: int, end: int) -> str:
        """A piece of a module's text with the names of this file."""
        source, text = self.sources[module], self.sources[module].text
        uses = (use for use in self.meant[module] if start <= use.place < end)
        pieces, last = [], start
        for use in sorted(uses, key=lambda use: use.place):
            name = self.names[self.meant[module][use]]
            if name != use.text and any(use.place in spelled for spelled in source.spelled):
                raise source.fail(use.place, f"{{{use.text}=}} would print another name")
            pieces += [text[last : use.place], name]
            last = use.place + len(use.text)
        whole = "".join([*pieces, text[last:end]])
        return re.sub(f"(?<=\n\n){NO_LINE}\n\n|{NO_LINE}\n?", "", whole)

    def _imports(self, things: Collection[Thing]) -> str:
        """One block of imports, Python's own first."""
        plain: dict[bool, list[str]] = {False: [], True: []}
        groups: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for thing in sorted(thing for thing in things if self._is_of_others(thing)):
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
