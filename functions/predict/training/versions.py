"""Where the versions of the model are: one folder each, as Triton Inference Server lays a model out."""

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "assets" / "models" / "digits"


def path(version: str) -> Path:
    """The file of a version, whether it is there or not."""
    return FOLDER / version / "model.onnx"


def all_versions() -> list[str]:
    """The versions that are there; the last, and newest, is the one that is served by default."""
    return sorted((file.parent.name for file in FOLDER.glob("*/model.onnx")), key=int)
