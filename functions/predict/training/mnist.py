"""The digits of MNIST: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import idx


class Digits(NamedTuple):
    """Pictures of digits and what they show."""

    images: np.ndarray
    """Grey values 0..1, float32, 0 = background, 1 = ink, shape [n, 28, 28]."""
    labels: np.ndarray
    """Digits 0..9, int32, shape [n]."""


def training(folder: Path) -> Digits:
    """The 60,000 training digits, in the order of the file."""
    return _read(folder, "train")


def test(folder: Path) -> Digits:
    """The 10,000 test digits, in the order of the file."""
    return _read(folder, "t10k")


def _read(folder: Path, name: str) -> Digits:
    images = idx.read(folder / f"{name}-images-idx3-ubyte.gz")
    labels = idx.read(folder / f"{name}-labels-idx1-ubyte.gz")
    return Digits(images.astype(np.float32) / 255, labels.astype(np.int32))
