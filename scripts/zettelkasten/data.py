"""The data of the labs."""

from pathlib import Path


def data(name: str) -> Path:
    """A file of data. A lab that is taken home has its contents instead, unpacked."""
    return Path(__file__).resolve().parents[2] / "docs" / "labs" / "data" / name
