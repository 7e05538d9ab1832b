"""One training run: digits and a teacher in, averaged weights out."""

from functools import partial
from typing import Iterator, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from . import distillation, network, schedule
from .augmentation import augment
from .classifier import Classifier
from .mnist import Digits

BATCH = 128
AVERAGE_DECAY = 0.999
"""The result is the exponential moving average of the weights, over about 1 / (1 - AVERAGE_DECAY) steps."""


class Weights(NamedTuple):
    """What the network needs to answer."""

    parameters: dict
    normalisations: list[network.Normalisation]


def train(digits: Digits, held_out: Digits, teacher: Classifier, epochs: int, seed: int) -> Weights:
    """Trains on the digits and what the teacher says of them; prints after each epoch how many held out are right."""
    steps = len(digits.labels) // BATCH
    optimizer = schedule.optimizer(epochs, steps)
    start, steps_key = jax.random.split(jax.random.key(seed))
    parameters = network.initial(start)
    momentum = optimizer.init(parameters)
    # Begins with the statistics of real digits, so that no guess of a mean has to be forgotten.
    average = Weights(parameters, network.logits_of_batch(parameters, digits.images[:BATCH], start)[1])
    for epoch, batches in enumerate(_epochs(len(digits.labels), epochs, seed)):
        losses = []
        for index, batch in enumerate(batches):
            of_augmentation, of_dropout = jax.random.split(jax.random.fold_in(steps_key, epoch * steps + index))
            images = augment(of_augmentation, digits.images[batch])
            taught = teacher.probabilities(np.asarray(images))
            parameters, momentum, average, loss = _step(
                optimizer, of_dropout, parameters, momentum, average, images, digits.labels[batch], taught
            )
            losses.append(loss)
        right, held_out_loss = count_right(average, held_out)
        print(
            f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}, "
            f"{right} of {len(held_out.labels)} held out right, loss {held_out_loss:.4f}",
            flush=True,
        )
    return average


def count_right(weights: Weights, digits: Digits) -> tuple[int, float]:
    """How many of the digits the network gets right, and its mean cross-entropy on them, in nats."""
    pieces = [digits.images[start : start + 1_000] for start in range(0, len(digits.images), 1_000)]
    answers = np.concatenate([network.logits(*weights, piece) for piece in pieces])
    loss = optax.softmax_cross_entropy_with_integer_labels(answers, digits.labels).mean()
    return int((answers.argmax(1) == digits.labels).sum()), float(loss)


def _epochs(count: int, epochs: int, seed: int) -> Iterator[np.ndarray]:
    """For each epoch, batches of indices in a new order, shape [count // BATCH, BATCH]; the rest sits out."""
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        yield order.permutation(count)[: count // BATCH * BATCH].reshape(-1, BATCH)


@partial(jax.jit, static_argnums=0)
def _step(optimizer, dropout_key, parameters, momentum, average, images, labels, taught):
    def loss_of(parameters):
        logits, normalisations = network.logits_of_batch(parameters, images, dropout_key)
        return distillation.loss(logits, labels, taught), normalisations

    (loss, normalisations), gradients = jax.value_and_grad(loss_of, has_aux=True)(parameters)
    updates, momentum = optimizer.update(gradients, momentum, parameters)
    parameters = optax.apply_updates(parameters, updates)
    average = optax.incremental_update(Weights(parameters, normalisations), average, 1 - AVERAGE_DECAY)
    return parameters, momentum, average, loss
