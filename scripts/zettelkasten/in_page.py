"""Runs snippets in the reader's browser; `pyodide.packed` sends this file along with them.

It is the only code here that does not run at build: Python for browsers loads it once.
"""

import re
import runpy
import sys
import traceback
import warnings
from pathlib import Path

import numpy as np

_FRAME = r'  File "snippets/{}\.py", line \d+.*\n(?:    .*\n)?'


def run(name: str) -> list[str] | None:
    """Run a module as `python -m snippets.NAME` does, without a trace of what ran before.

    Returns nothing if it ends well. Otherwise the end of the traceback in three parts, of which the
    second is the module's line that failed; a first part `memory` says that there is not enough.
    """
    for loaded in [one for one in sys.modules if one.partition(".")[0] == "snippets"]:
        del sys.modules[loaded]
    try:
        with np.printoptions(), np.errstate(), warnings.catch_warnings():
            runpy.run_module(f"snippets.{name}", run_name="__main__", alter_sys=True)
    except MemoryError:
        return ["memory"]
    except BaseException as error:
        if isinstance(error, SystemExit) and not error.code:
            return None
        return _parts(_traceback(error), name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return None


def _traceback(error: BaseException) -> str:
    """A traceback that begins where the snippets do, without the folder that holds them."""
    whole = traceback.TracebackException.from_exception(error)
    part = whole
    while part:
        while part.stack and "/snippets/" not in part.stack[0].filename:
            del part.stack[0]
        part = part.__cause__ or part.__context__
    return "".join(whole.format()).replace(f"{Path.cwd()}/", "")


def _parts(text: str, name: str) -> list[str]:
    frames = [found.span() for found in re.finditer(_FRAME.format(re.escape(name)), text)]
    start, end = frames[-1] if frames else (len(text), len(text))
    return [text[:start], text[start:end], text[end:]]
