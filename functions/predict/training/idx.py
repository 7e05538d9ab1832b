"""The idx files of MNIST: two zero bytes, the type, the number of dimensions, each of them big-endian, the values."""

import gzip
import struct
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08


def read(path: Path) -> np.ndarray:
    """Reads a gzipped idx file of unsigned bytes.

    Returns the values in the shape that the file states, for MNIST [n, 28, 28] or [n].
    Raises ValueError when the file holds another type.
    """
    content = gzip.decompress(path.read_bytes())
    zero, kind, rank = struct.unpack_from(">HBB", content)
    if zero != 0 or kind != UNSIGNED_BYTE:
        raise ValueError(f"{path.name} is not an idx file of unsigned bytes")
    shape = struct.unpack_from(f">{rank}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
