"""What must hold of this note's numbers; compare them with an independent derivative."""

from snippets.symbolic_differentiation import example


def test_numbers() -> None:
    assert example() == {"one": 1.0}
