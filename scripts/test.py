"""Run every test: the mathematics, the notes, the machinery, and the site in a browser.

python3 scripts/test.py [PYTEST ARGUMENTS]
"""

import subprocess
import sys

import environment


def main() -> int:
    """Prepare the environment and hand over to pytest."""
    environment.enter("test")
    return subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=environment.ROOT)


if __name__ == "__main__":
    sys.exit(main())
