"""A module as one file: what is taken, what it is called, and what is refused; modules made up."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from zettelkasten.scopes import TakeHomeError
from zettelkasten.standalone import Sources

from tests.alone import alone, printed


def sources(modules: Mapping[str, str]) -> Sources:
    return Sources({f"snippets.{name}": (f"snippets/{name}.py", modules[name]) for name in modules})


def written(modules: Mapping[str, str]) -> str:
    """The file of the module `main` among these."""
    return sources(modules).module("snippets.main", "# head", {"picture"})


HELPER = """
def f(x):
    return f"helper's f of {x}"


def g(x):
    return f(x) + ", by g"


step = 3
"""

CLASHES = {
    "own": "from snippets.other import g\n\n\ndef f(x):\n    return x\n\n\nprint(f(1), g(1))",
    "alias": "from snippets.other import f as k\n\nf = 7\nprint(k(f))",
    "whole module": "from snippets import other\n\nstep = 1\nprint(other.step, other.f(step))",
    "named module": "import snippets.other as o\n\nprint(o.g(o.step))",
    "hidden by a local": "from snippets import other\n\n\ndef h(step, f):\n"
    "    return other.step, other.f(f), step\n\n\nprint(h(1, 2))",
    "hidden around": "from snippets import other\n\n\ndef h(f):\n    def inner():\n"
    "        return other.f(f)\n\n    return inner()\n\n\nprint(h(2))",
    "comprehension": "from snippets import other\n\nf = 5\n"
    "print([other.f(f) for f in range(2)], {f: other.g(1) for f in 'ab'}, f)",
    "lambda": "from snippets import other\n\n"
    "print((lambda f, step=other.step: other.f(f + step))(1))",
    "method": "from snippets.other import g as f\n\n\nclass A:\n    f = 2\n\n    def k(self):\n"
    "        return f(self.f)\n\n\nprint(A().k())",
    "class": "from snippets import other\n\n\nclass A:\n    f = 2\n    y = other.f(f)\n\n"
    "    def step(self):\n        return other.step, self.f\n\n\nprint(A.y, A().step())",
    "keyword": "from snippets import other\n\nstep = 8\nprint(dict(step=other.step, f=step))",
    "f-string": "from snippets import other\n\nf = 1\n"
    "print(f'é {other.f(f)!r:>30} {{other.f}} {f}')",
    "global": "from snippets.other import g\n\nstep = 0\n\n\ndef f():\n    global step\n"
    "    step += 1\n\n\nf()\nprint(step, g(2))",
    "walrus": "from snippets import other\n\nstep = 4\n"
    "print([y := other.step + k for k in (1, 2)], y)",
    "caught": "from snippets import other\n\n\ndef h():\n    try:\n        1 / 0\n"
    "    except ZeroDivisionError as f:\n        return other.f(1)\n\n\nprint(h())",
    "matched": "from snippets import other\n\n\ndef h(x):\n    match x:\n"
    "        case [f, *step]:\n            return other.f(f), other.step, step\n\n\n"
    "print(h([1, 2]))",
    "nonlocal": "from snippets import other\n\n\ndef h():\n    f = 1\n\n    def up():\n"
    "        nonlocal f\n        f += other.step\n        return other.f(f)\n\n"
    "    return up()\n\n\nprint(h())",
    "handed on": "from snippets.third import g, step\n\nf = 3\nprint(g(f), step)",
    "as a value": "from snippets import other, third\n\nf = 1\n"
    "print([one.h(f) for one in (third,)], [one.f(1) for one in (other,)])",
    "built in": "from snippets.fourth import total\n\nprint(total([1, 2]), sum([1, 2]))",
    "built in, by name": "from snippets.fourth import sum\n\nprint(sum([1, 2]))",
    "made as text": "from snippets.text import made\n\n\ndef rule(x):\n    return 'mine'\n\n\n"
    "print(made(2), rule(2))",
    "rebound": "from snippets import sixth\n\nsixth.up()\nnow = 5\nprint(sixth.now, now)",
    "walrus elsewhere": "from snippets import seventh\n\nlast = 7\nprint(seventh.last, last)",
    "registered": "from snippets.seventh import TABLE\n\nprint(TABLE['one'](1))",
    "registered by a call": "from snippets.eighth import TABLE\n\nprint(TABLE)",
    "text, built in": "from snippets.text import made\n\n\ndef int(x):\n    return 'mine'\n\n\n"
    "print(made(2), int(2))",
    "annotated": "from snippets.other import g as f\n\nx: int = 3\n\n\n"
    "def h(y: f(1), *, z=f(x)) -> f(2):\n    return z\n\n\nprint(h(1), h.__annotations__)",
    "decorated": "from snippets import other\n\n\ndef f(function):\n    return lambda: 'mine'\n\n\n"
    "@f\ndef g():\n    return other.g(1)\n\n\nprint(g(), other.g(1))",
    "global inside a local": "from snippets import other\n\nf = 1\n\n\ndef a():\n    f = 5\n\n"
    "    def b():\n        global f\n        f += 1\n        return other.f(f)\n\n"
    "    return b(), f\n\n\nprint(a(), f)",
    "two that are global": "from snippets import other\n\nf, step = 1, 2\n\n\ndef up():\n"
    "    global f, step\n    f, step = other.f(f), other.step\n\n\nup()\nprint(f, step)",
    "global of a class": "from snippets import other\n\nstep = 1\n\n\nclass B:\n    global step\n"
    "    step = other.step + 1\n\n\nprint(step)",
    "comprehension of a class": "from snippets import other\n\nf = [1, 2]\n\n\nclass B:\n"
    "    xs = [[other.step for f in range(2)] + [other.f(k)] for k in f]\n\n\nprint(B.xs)",
    "lambdas": "from snippets import other\n\n"
    "f = lambda f: (lambda step: other.f(f + step))(other.step)\nprint(f(1))",
    "string in a string": "from snippets import other\n\nstep = 1\n"
    "print(f'é {other.f(f\"{other.step}{step}\")} {other.step:>{other.step + 4}}')",
    "two helpers": "from snippets.fourth import total\nfrom snippets.ninth import most\n\n\n"
    "def sum(x):\n    return 'mine'\n\n\nprint(total(1), most(1), sum(1))",
    "global, in text": "from snippets.tenth import made, up\n\nnow = 5\nup()\nprint(made(), now)",
    "handed over": "from snippets import eleventh, other\n\nprint(eleventh.run(other))",
    "acts in other ways": "from snippets.acting import CHAIN, LATE, SEEN, T, show\n\n"
    "print(SEEN, CHAIN, LATE, T.limit, show(1))",
    "acts from elsewhere": "from snippets import plugin\nfrom snippets.acting import LATE\n\n"
    "print(LATE)",
}
MODULES = {
    "eighth": "TABLE = {}\n\n\ndef put(key):\n    TABLE[key] = 1\n    return key\n\n\n"
    "A = put('a')\n",
    "seventh": "seen = [last := k for k in (1, 2)]\nTABLE = {}\n\n\ndef register(function):\n"
    "    TABLE[function.__name__] = function\n    return function\n\n\n"
    "@register\ndef one(x):\n    return x\n",
    "acting": "from functools import singledispatch\n\nSEEN, LATE = {}, []\nCHAIN = []\nLINK = []\n"
    "LINK.append(1)\nCHAIN.append(LINK)\n\n\ndef put(key):\n"
    "    SEEN[key] = 1\n    return key\n\n\nclass A:\n    a = put('in a class')\n\n\n"
    "def b(x=put('as a default')): ...\n\n\nclass T:\n    limit = 1\n\n\nT.limit: int = 5\n\n\n"
    "class Log:\n    def __lshift__(self, x):\n        LATE.append(x)\n\n\n"
    "log = Log()\ndone = log << 3\n\n\n@singledispatch\ndef show(x):\n    return 'any'\n\n\n"
    "@show.register\ndef _(x: int):\n    return 'int'\n",
    "plugin": "from snippets.acting import LATE\n\nLATE.append(4)\n",
    "ninth": "def sum(x):\n    return 'sum of ninth'\n\n\ndef most(x):\n    return sum(x)\n",
    "tenth": "now, space = 0, {}\n\n\ndef up():\n    global now\n    now += 1\n\n\n"
    "exec('def made(): return now', globals(), space)\nmade = space['made']\n",
    "eleventh": "def run(module):\n    return module.g(1)\n",
    "sixth": "now = 1\n\n\ndef up():\n    global now\n    now += 1\n",
    "other": HELPER,
    "third": "from snippets.other import g, step\n\n\ndef h(f):\n    return g(f), step\n",
    "fourth": "def sum(x):\n    return 'sum'\n\n\ndef total(x):\n    return sum(x)\n",
    "text": "def rule(x):\n    return x + 1\n\n\nCODE = 'def made(x): return int(rule(x))'\n"
    "made = None\nexec(CODE, globals())\n",
}


@pytest.mark.parametrize("case", CLASHES)
def test_a_name_means_what_it_meant(case: str, tmp_path: Path) -> None:
    modules = {**MODULES, "main": CLASHES[case] + "\n"}
    for folder in ("snippets", "alone"):
        (tmp_path / folder).mkdir()
    for name, text in ({"__init__": ""} | modules).items():
        (tmp_path / "snippets" / f"{name}.py").write_text(text, encoding="utf-8")
    expected = printed(tmp_path, "-m", "snippets.main")
    assert expected
    assert alone(written(modules), tmp_path / "alone") == expected


def test_only_what_is_reached_is_taken() -> None:
    table = '''
        """Not taken."""

        import itertools
        import math

        # Above it, and taken with it.
        TABLE = {"a": 1}
        """What it is for."""
        TABLE |= {"b": 2}
        for name in TABLE:
            TABLE[name] += 1
        OTHER = math.pi


        # --8<-- [start:part]
        # Who looks.
        def look(key):
            # inside
            return TABLE[key]


        # --8<-- [end:part]


        class Apart:
            """Unused."""

            count = itertools.count()
    '''
    main = '''
        """What it is.

        More."""

        import math

        from snippets import table

        X = math.e


        # --8<-- [start:shown]
        def shown():
            return X


        def only_shown_and_checked():
            return 1


        # --8<-- [end:shown]


        def example():
            return table.look("b")


        def only_checked():
            return math.tau


        def symbols(rng=None):
            return only_checked(), only_shown_and_checked(), example()


        def picture():
            return only_checked()


        def never_called():
            return 2


        if __name__ == "__main__":
            # in the end
            print(example())
    '''
    assert written({"table": dedent(table).lstrip(), "main": dedent(main).lstrip()}) == dedent('''\
        """What it is.

        More."""

        # head

        import math


        # from snippets/table.py

        # Above it, and taken with it.
        TABLE = {"a": 1}
        """What it is for."""
        TABLE |= {"b": 2}
        for name in TABLE:
            TABLE[name] += 1


        # Who looks.
        def look(key):
            # inside
            return TABLE[key]


        # snippets/main.py

        X = math.e


        def shown():
            return X


        def only_shown_and_checked():
            return 1


        def example():
            return look("b")


        def never_called():
            return 2


        if __name__ == "__main__":
            # in the end
            print(example())
    ''')


def test_a_script_keeps_its_text_and_its_imports_of_others() -> None:
    text = "# %%\nimport math\n\nfrom snippets import other\n\n# f\nf = math.floor(other.f(1))\n"
    taken, script = sources(MODULES).script("lab.py", text)
    assert script == "# %%\nimport math\n\n# f\nf = math.floor(other_f(1))\n"
    assert taken == f"# from snippets/other.py{HELPER.partition('def g')[0].rstrip()}\n".replace(
        "def f", "\n\ndef other_f"
    )


def test_a_script_may_not_import_what_it_takes_along_under_the_same_name() -> None:
    text = "from math import floor as rule\nfrom snippets.text import made\n\nmade(rule(1.5))\n"
    with pytest.raises(TakeHomeError, match=r"lab\.py:4:1: rule is another thing in what"):
        sources(MODULES).script("lab.py", text)


# What cannot be taken home


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("import scipy\n\nprint(scipy)", 1, "scipy is neither NumPy nor part of Python"),
        ("from snippets.other import *", 1, "import single names"),
        ("from .other import f", 1, "import single names"),
        ("import snippets\n\nprint(snippets)", 1, "snippets cannot be taken along"),
        ("import snippets.other", 1, "write: import snippets.other as a name"),
        ("from snippets.nowhere import f", 1, "snippets.nowhere.f cannot be taken along"),
        ("from snippets.other import k\n\nk()", 3, "k has no meaning in a single file"),
        ("from snippets import other\n\nother.k()", 3, "other.k has no meaning"),
        ("def h():\n    from snippets.other import f\n\n    return f", 2, "at the top of the file"),
        ("if 1:\n    from snippets.other import f", 2, "at the top of the file"),
        ("try:\n    import numpy\nexcept ImportError:\n    pass", 2, "at the top of the file"),
        ("from snippets import other\n\nother.step = 1", 3, "belongs to another module"),
        ("from snippets import other\n\nf(getattr(other, 'f'))\nf = 1", 3, "other is a module"),
        ("from snippets.other import f\n\nf = 1", 3, "f is imported too"),
        ("from snippets.other import f\nfrom snippets.third import h as f", 2, "imported twice"),
        ("print(__file__)", 1, "__file__ has no meaning in a single file"),
        ("print(nowhere)", 1, "nowhere has no meaning in a single file"),
        ("class A:\n    f = f\n\n\ndef f(): ...", 2, "f means two things here"),
        ("from snippets.fifth import f\n\nf()", (5, "fifth"), "__name__ has no meaning"),
        ("from snippets import other\nf = 1\nprint(f'{other.f(f)=}')", 3, "{x=} prints names"),
        ("def h():\n    import scipy\n\n    return scipy", 2, "scipy is neither NumPy nor part"),
        ("from snippets.sixth import now\n\nprint(now)", 3, "now has no meaning"),
        ("from snippets import sixth\n\nprint([one.up() for one in [sixth]])", 3, "is a module"),
        ("from snippets.text import made\n\nexec('rule')\nrule = made", 3, "rename one"),
        ("class A:\n    def __init_subclass__(cls): ...", 2, "cannot be taken along"),
        ("class M(type): ...\n\n\nclass A(metaclass=M): ...", 4, "cannot be taken along"),
        ("import importlib", 1, "importlib is neither NumPy nor part"),
        ("from __future__ import annotations", 1, "__future__ is neither NumPy nor part"),
        ("import math, snippets.other as o", 1, "in a line of their own"),
        ("from snippets import other\n\nprint(other.__name__)", 3, "other.__name__ has no meaning"),
        ("from snippets import other\n\nfor m in [other]: setattr(m, 'step', 5)", 3, "is a module"),
        ("from snippets.other import f\n\nprint(f.__globals__['step'])", 3, "use a table"),
        ("import sys\n\nprint('snippets.other' in sys.modules)", 3, "use a table"),
        ("f = 1\nprint(globals()['f'])", 2, "use a table"),
        ("def f(x: 'A'): ...", 1, "annotate without quotes"),
        ("from snippets import other\n\nf = 1\nprint(other.f.__name__)", 4, "write its name out"),
        ("if 1:\n    def f(): ...", 2, "bind f at the top of the file"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as f:\n    print(f)", 3, "bind f at the top"),
        (
            "from snippets import other\n\nmatch 1:\n    case other.step:\n        pass",
            4,
            "a case without other would match everything",
        ),
        ("_A__f = 1\n\n\nclass A:\n    def g(self):\n        return __f", 6, "cannot be followed"),
        ("x = 1; y = 2", 1, "give each statement a line of its own"),
        ("x = (", 1, "'(' was never closed"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(
    text: str, line: int | tuple[int, str], why: str
) -> None:
    fifth = "x = 1\n\n\ndef f():\n    return __name__\n"
    at, module = line if isinstance(line, tuple) else (line, "main")
    with pytest.raises(TakeHomeError) as caught:
        written({**MODULES, "fifth": fifth, "main": text + "\n"})
    assert str(caught.value).startswith(f"snippets/{module}.py:{at}:1: ")
    assert why in str(caught.value)
