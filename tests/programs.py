"""What the tests of programs in the page share: programs of their own, and what is clicked."""

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, expect

SLOW = 60_000
START = "notes/gradient/"
# Programs that only tests have; a page of the site runs them in place of its own.
PROGRAMS = {
    "loops": "print('it begins')\nwhile True:\n    pass\n",
    "fails": "from snippets.helps import divide\n\n\ndef first():\n    return divide(0)\n\n\n"
    "print('so far')\nfirst()\n",
    "helps": "def divide(x):\n    return 1 / x\n",
    "asks": "from snippets.helps import nothing_of_this_name\n",
    "misspelt": "x = 1\ny = = 2\n",
    "hungry": "print('it begins')\nx = [bytearray(10**8) for _ in range(40)]\n",
    "chatty": "while True:\n    print('again and again')\n",
    "aborts": "import os\nos.abort()\n",
    "recurses": "def f():\n    f()\n\n\nf()\n",
    "slow": "import time\nprint('first')\ntime.sleep(2)\nprint('second')\n",
    "silent": "x = 1\n",
    "leaves": "import builtins\nimport numpy as np\nimport snippets.helps\nsecret = 1\n"
    "snippets.helps.secret = 1\nnp.set_printoptions(precision=2)\nprint('done')\n",
    "looks": "import numpy as np\nimport snippets.helps\n"
    "print('secret' in globals(), hasattr(snippets.helps, 'secret'), np.array([1 / 3]))\n"
    "print(__name__)\n",
    "marked": "# --8<-- [start:here]\nx = 1\n# --8<-- [end:here]\nprint('x =', x)\n"
    "# --8<-- [start:there]\n# --8<-- [end:there]\n",
    "broken": "# --8<-- [start:here]\nx = 1\ny = x / 0\n# --8<-- [end:here]\n",
    "exits": "import sys\nprint('before', end='')\nsys.exit()\n",
}


def with_programs(context: BrowserContext, site: Path) -> None:
    """Let the pages of a context find the programs above among the modules."""
    pack = json.loads((site / "assets/run.json").read_text(encoding="utf-8"))
    pack["modules"] |= {f"{name}.py": text for name, text in PROGRAMS.items()}
    context.route("**/assets/run.json", lambda route: route.fulfill(json=pack))


def button(block: Locator) -> Locator:
    return block.locator("[data-run]")


def be(block: Locator, run: str, sections: str = "") -> None:
    """Let a block stand for another program."""
    set_data = "(button, data) => Object.assign(button.dataset, data)"
    button(block).evaluate(set_data, {"run": run, "sections": sections})


def click(block: Locator) -> None:
    """Click Run, and wait until the click is taken on."""
    block.evaluate("block => block.querySelector('pre.own')?.setAttribute('data-old', '')")
    button(block).click()
    expect(block.locator("pre.own:not([data-old])")).to_have_count(1)


def ended(block: Locator) -> list[str]:
    """Labels and texts that are seen below the code once the program has ended."""
    expect(button(block)).to_have_text("Run", timeout=SLOW)
    return block.locator(".output > :visible").all_inner_texts()
