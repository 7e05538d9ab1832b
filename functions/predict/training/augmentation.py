"""What hands, pens and canvases do to a digit: a random variation of each training image."""

import jax
import jax.numpy as jnp
from jax.scipy.ndimage import map_coordinates

SIDE = 28
SHIFT_PIXELS = 3.0
ROTATION_DEGREES = 15.0
SCALE = 0.2
"""Each axis is scaled by a factor of 1 - SCALE to 1 + SCALE."""
SHEAR = 0.2
"""Pixels sideways for each pixel up."""
ELASTIC_PIXELS = 0.7
"""Standard deviation of the displacement at the knots of a 7 x 7 grid, interpolated between them."""
KNOTS = 7
THINNEST, THICKEST = -0.9, 1.0
"""Share of a 3 x 3 erosion (negative) or dilation (positive) that is mixed into the image."""
FAINTEST, BOLDEST = 0.7, 1.6
"""Factor of the grey values, which are then cut at 1."""
NOISE = 0.1
"""Largest standard deviation of the noise of a pixel."""
STROKE_PROBABILITY = 0.5
GAIN_PROBABILITY = 0.4
NOISE_PROBABILITY = 0.2

SUMMARY = (
    f"shift to {SHIFT_PIXELS:g} px, rotation to {ROTATION_DEGREES:g} degrees, scale {1 - SCALE:g}..{1 + SCALE:g}, "
    f"shear to {SHEAR:g}, elastic {ELASTIC_PIXELS:g} px at {KNOTS} x {KNOTS} knots, "
    f"stroke {THINNEST:g}..{THICKEST:g} in {STROKE_PROBABILITY:.0%}, gain {FAINTEST:g}..{BOLDEST:g} in "
    f"{GAIN_PROBABILITY:.0%}, noise to {NOISE:g} in {NOISE_PROBABILITY:.0%}"
)
"""For the metadata of the model file."""


@jax.jit
def augment(key: jax.Array, images: jax.Array) -> jax.Array:
    """Varies each image in position, form, stroke, contrast and noise.

    images: grey values 0..1, shape [n, 28, 28]; so is the result.
    """
    place, stroke, gain, noise = jax.random.split(key, 4)
    images = _displaced(place, images)
    images = _stroked(stroke, images)
    images = _gained(gain, images)
    return _noised(noise, images)


def _displaced(key: jax.Array, images: jax.Array) -> jax.Array:
    """Shift, rotation, scale, shear and elastic distortion in one bilinear sampling, so that it blurs once."""
    count = images.shape[0]
    of_strength, of_shift, of_angle, of_scale, of_shear, of_knots = jax.random.split(key, 6)
    # A strength for each image keeps many of them nearly as they were written, which is what the test images are.
    strength = jax.random.uniform(of_strength, (count, 1))
    shift = strength * jax.random.uniform(of_shift, (count, 2), minval=-SHIFT_PIXELS, maxval=SHIFT_PIXELS)
    degrees = strength * jax.random.uniform(of_angle, (count, 1), minval=-ROTATION_DEGREES, maxval=ROTATION_DEGREES)
    scale = 1 + strength * jax.random.uniform(of_scale, (count, 2), minval=-SCALE, maxval=SCALE)
    shear = strength * jax.random.uniform(of_shear, (count, 1), minval=-SHEAR, maxval=SHEAR)
    knots = strength[..., None, None] * ELASTIC_PIXELS * jax.random.normal(of_knots, (count, 2, KNOTS, KNOTS))
    elastic = jax.image.resize(knots, (count, 2, SIDE, SIDE), "cubic")

    angle = jnp.deg2rad(degrees[:, 0])
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    rotation = jnp.stack([jnp.stack([cosine, -sine], -1), jnp.stack([sine, cosine], -1)], -2)
    sideways = jnp.zeros((count, 2, 2)).at[:, 1, 0].set(shear[:, 0]) + jnp.eye(2)
    matrix = rotation @ sideways / scale[:, :, None]

    center = (SIDE - 1) / 2
    grid = jnp.stack(jnp.meshgrid(jnp.arange(SIDE), jnp.arange(SIDE), indexing="ij")).astype(jnp.float32) - center
    positions = jnp.einsum("nij,jyx->niyx", matrix, grid) + center - shift[:, :, None, None] + elastic
    return jax.vmap(lambda image, position: map_coordinates(image, list(position), order=1))(images, positions)


def _stroked(key: jax.Array, images: jax.Array) -> jax.Array:
    """Thicker or thinner strokes."""
    width = _sometimes(key, STROKE_PROBABILITY, THINNEST, THICKEST, otherwise=0.0, count=images.shape[0])
    thick = _over_neighbours(jnp.maximum, images) - images
    thin = _over_neighbours(jnp.minimum, images) - images
    return images + jnp.maximum(width, 0) * thick + jnp.maximum(-width, 0) * thin


def _gained(key: jax.Array, images: jax.Array) -> jax.Array:
    """Fainter ink, or ink with harder edges."""
    gain = _sometimes(key, GAIN_PROBABILITY, FAINTEST, BOLDEST, otherwise=1.0, count=images.shape[0])
    return jnp.minimum(images * gain, 1)


def _noised(key: jax.Array, images: jax.Array) -> jax.Array:
    """Noise of a sensor, cut at black and white."""
    of_deviation, of_noise = jax.random.split(key)
    deviation = _sometimes(of_deviation, NOISE_PROBABILITY, 0.0, NOISE, otherwise=0.0, count=images.shape[0])
    return jnp.clip(images + deviation * jax.random.normal(of_noise, images.shape), 0, 1)


def _sometimes(key, probability, low, high, *, otherwise, count):
    """Uniform values low..high with that probability, else the other value; shape [n, 1, 1] to spread over images."""
    of_choice, of_value = jax.random.split(key)
    is_chosen = jax.random.bernoulli(of_choice, probability, (count, 1, 1))
    return jnp.where(is_chosen, jax.random.uniform(of_value, (count, 1, 1), minval=low, maxval=high), otherwise)


def _over_neighbours(pick, images):
    """The largest or smallest of the 3 x 3 pixels around each."""
    padded = jnp.pad(images, ((0, 0), (1, 1), (1, 1)))
    rows = pick(pick(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return pick(pick(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])
