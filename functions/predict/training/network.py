"""The network: convolutions, each with batch normalisation and ReLU, and one dense layer."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

SIDE = 28
CLASSES = 10
EPSILON = 1e-5
DROPOUT = 0.1
"""Share of the dense layer's inputs that is left out in training."""


class Convolution(NamedTuple):
    """A convolution, batch normalisation and ReLU."""

    channels: int
    kernel: int
    """Height and width of the kernel."""
    padding: int
    """Rows and columns of zeros on each side."""
    is_pooled: bool
    """Whether the largest of each 2 x 2 values is kept."""


CONVOLUTIONS = (
    Convolution(16, kernel=5, padding=0, is_pooled=True),
    Convolution(32, kernel=3, padding=0, is_pooled=False),
    Convolution(32, kernel=3, padding=0, is_pooled=True),
    Convolution(64, kernel=3, padding=1, is_pooled=False),
    Convolution(64, kernel=3, padding=0, is_pooled=False),
)


class Normalisation(NamedTuple):
    """Mean and variance of each channel before batch normalisation, each of shape [channels]."""

    mean: jax.Array
    variance: jax.Array


class Folded(NamedTuple):
    """A layer as the model file holds it, with the batch normalisation inside its weights."""

    kernel: np.ndarray
    """Shape [out, in, side, side], or [in, 10] for the dense layer, whose inputs are ordered channel, row, column."""
    bias: np.ndarray
    """Shape [out]."""


def initial(key: jax.Array) -> dict:
    """Random parameters: He et al. 2015 for the kernels (height, width, in, out), zeros for the dense layer."""
    keys = jax.random.split(key, len(CONVOLUTIONS))
    inputs, convolutions = 1, []
    for layer, layer_key in zip(CONVOLUTIONS, keys):
        shape = (layer.kernel, layer.kernel, inputs, layer.channels)
        kernel = jax.random.normal(layer_key, shape) * np.sqrt(2 / (layer.kernel**2 * inputs))
        convolutions.append({"kernel": kernel, "scale": jnp.ones(layer.channels), "offset": jnp.zeros(layer.channels)})
        inputs = layer.channels
    dense = {"kernel": jnp.zeros((inputs * _last_side() ** 2, CLASSES)), "bias": jnp.zeros(CLASSES)}
    return {"convolutions": convolutions, "dense": dense}


def logits_of_batch(parameters: dict, images: jax.Array, dropout_key: jax.Array):
    """The logits in training, normalised by the batch itself, with dropout.

    images: grey values 0..1, shape [n, 28, 28].
    Returns logits, shape [n, 10], and the normalisation of each convolution.
    """
    features, normalisations = _features(parameters, images, None)
    is_kept = jax.random.bernoulli(dropout_key, 1 - DROPOUT, features.shape)
    return _dense(parameters, jnp.where(is_kept, features / (1 - DROPOUT), 0)), normalisations


@jax.jit
def logits(parameters: dict, normalisations: list[Normalisation], images: jax.Array) -> jax.Array:
    """The logits in use, shape [n, 10], for grey values 0..1, shape [n, 28, 28]."""
    return _dense(parameters, _features(parameters, images, normalisations)[0])


def folded(parameters: dict, normalisations: list[Normalisation]) -> list[Folded]:
    """The layers with each batch normalisation multiplied into its convolution; the dense layer is the last."""
    layers = []
    for layer, normalisation in zip(parameters["convolutions"], normalisations):
        factor = layer["scale"] / jnp.sqrt(normalisation.variance + EPSILON)
        kernel = (layer["kernel"] * factor).transpose(3, 2, 0, 1)
        layers.append(Folded(np.asarray(kernel), np.asarray(layer["offset"] - normalisation.mean * factor)))
    dense = parameters["dense"]
    return [*layers, Folded(np.asarray(dense["kernel"]), np.asarray(dense["bias"]))]


def _last_side() -> int:
    """Height and width of what the last convolution returns."""
    side = SIDE
    for layer in CONVOLUTIONS:
        side += 2 * layer.padding - layer.kernel + 1
        side = side // 2 if layer.is_pooled else side
    return side


def _features(parameters, images, normalisations):
    """What the dense layer sees, ordered channel, row, column, and the normalisations that were used."""
    values, used = images[..., None], []
    for index, (layer, weights) in enumerate(zip(CONVOLUTIONS, parameters["convolutions"])):
        padding = [(layer.padding, layer.padding)] * 2
        values = jax.lax.conv_general_dilated(
            values, weights["kernel"], (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        normalisation = normalisations[index] if normalisations else _normalisation(values)
        used.append(normalisation)
        factor = weights["scale"] / jnp.sqrt(normalisation.variance + EPSILON)
        values = jax.nn.relu(values * factor + (weights["offset"] - normalisation.mean * factor))
        if layer.is_pooled:
            values = _pooled(values)
    return values.transpose(0, 3, 1, 2).reshape(len(images), -1), used


def _normalisation(values):
    mean = values.mean((0, 1, 2))
    return Normalisation(mean, jnp.square(values).mean((0, 1, 2)) - jnp.square(mean))


def _pooled(values):
    count, height, width, channels = values.shape
    return values.reshape(count, height // 2, 2, width // 2, 2, channels).max((2, 4))


def _dense(parameters, features):
    return features @ parameters["dense"]["kernel"] + parameters["dense"]["bias"]
