"""Fixed changes to the test images, written apart from the augmentation so that its mistakes would show."""

from typing import Callable

import numpy as np
from scipy import ndimage

SEED = 1
"""Of the noise; the other perturbations have nothing random."""


def _shifted(down: int, right: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda images: ndimage.shift(images, (0, down, right), order=0)


def _rotated(degrees: float) -> Callable[[np.ndarray], np.ndarray]:
    """Counter-clockwise, in bilinear sampling."""
    return lambda images: ndimage.rotate(images, degrees, axes=(2, 1), reshape=False, order=1)


def _scaled(factor: float) -> Callable[[np.ndarray], np.ndarray]:
    """About the center of the image, in bilinear sampling."""

    def scaled(images: np.ndarray) -> np.ndarray:
        center = (images.shape[1] - 1) / 2
        offset = center - center / factor
        return ndimage.affine_transform(images, (1, 1 / factor, 1 / factor), (0, offset, offset), order=1)

    return scaled


def _thick(images: np.ndarray) -> np.ndarray:
    """The largest of the 3 x 3 pixels around each: strokes two pixels wider."""
    return ndimage.grey_dilation(images, (1, 3, 3))


def _thin(images: np.ndarray) -> np.ndarray:
    """The smallest of 2 x 2 pixels: strokes one pixel narrower, hair lines gone."""
    return ndimage.grey_erosion(images, (1, 2, 2))


def _noisy(images: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(SEED).normal(0, 0.1, images.shape)
    return np.clip(images + noise, 0, 1).astype(np.float32)


def _inverted(images: np.ndarray) -> np.ndarray:
    return 1 - images


PERTURBATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "3 px up": _shifted(-3, 0),
    "3 px down": _shifted(3, 0),
    "3 px left": _shifted(0, -3),
    "3 px right": _shifted(0, 3),
    "15 degrees counter-clockwise": _rotated(15),
    "15 degrees clockwise": _rotated(-15),
    "30 degrees counter-clockwise": _rotated(30),
    "30 degrees clockwise": _rotated(-30),
    "scaled by 0.8": _scaled(0.8),
    "scaled by 1.2": _scaled(1.2),
    "thick strokes (3 x 3 dilation)": _thick,
    "thin strokes (2 x 2 erosion)": _thin,
    "noise, sigma 0.1": _noisy,
    "inverted, which is the caller's to undo": _inverted,
}
"""Each takes grey values 0..1, shape [n, 28, 28], and returns the same."""
