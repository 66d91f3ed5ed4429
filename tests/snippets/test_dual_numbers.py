"""What must hold of this note's numbers; compare them with an independent derivative."""

from snippets.dual_numbers import example


def test_numbers() -> None:
    assert example() == {"one": 1.0}
