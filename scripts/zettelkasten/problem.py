"""What is wrong, where, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. Prints as `path:line:col: message`, which editors can follow.

    `line` and `column` count from 1; `path` is relative to the project, with forward slashes.
    """

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
