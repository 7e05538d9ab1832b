"""What the network learns from: the labels, and what a larger model says of the same images."""

import jax
import jax.numpy as jnp
import optax

TEMPERATURE = 2.0
"""Above 1, the small probabilities of the wrong digits, which say what an image resembles, weigh more."""
TEACHER_SHARE = 0.7
"""Of the loss; the rest is that of the labels."""

SUMMARY = f"{TEACHER_SHARE:.0%} of the loss from the teacher, at temperature {TEMPERATURE:g}, the rest from the labels"
"""For the metadata of the model file."""


def loss(logits: jax.Array, labels: jax.Array, taught: jax.Array) -> jax.Array:
    """The mean loss of a batch: G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network", 2015.

    logits: of the network, shape [n, 10].
    labels: digits 0..9, shape [n].
    taught: the teacher's probabilities of the digits, shape [n, 10].
    """
    # The logarithm of a probability is its logit but for a constant, which the softmax takes out again.
    softened = jax.nn.softmax(jnp.log(jnp.maximum(taught, 1e-30)) / TEMPERATURE)
    divergence = optax.kl_divergence(jax.nn.log_softmax(logits / TEMPERATURE), softened)
    of_labels = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    # The gradient of the divergence falls with the square of the temperature.
    return (TEACHER_SHARE * TEMPERATURE**2 * divergence + (1 - TEACHER_SHARE) * of_labels).mean()
