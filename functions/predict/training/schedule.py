"""How the weights move: gradient descent whose rate rises for two epochs, then falls to zero."""

import optax

PEAK_RATE = 0.1
WARM_UP_EPOCHS = 2
MOMENTUM = 0.9
WEIGHT_DECAY = 5e-4
SUMMARY = (
    f"SGD, Nesterov momentum {MOMENTUM:g}, weight decay {WEIGHT_DECAY:g}, rate to {PEAK_RATE:g} in "
    f"{WARM_UP_EPOCHS} epochs, then to 0 along a cosine"
)
"""For the metadata of the model file."""


def optimizer(epochs: int, steps_per_epoch: int) -> optax.GradientTransformation:
    """Nesterov momentum under a cosine rate, with weight decay on the kernels only."""
    rate = optax.warmup_cosine_decay_schedule(
        init_value=0,
        peak_value=PEAK_RATE,
        warmup_steps=WARM_UP_EPOCHS * steps_per_epoch,
        decay_steps=epochs * steps_per_epoch,
    )
    return optax.chain(
        optax.add_decayed_weights(WEIGHT_DECAY, mask=_is_kernel),
        optax.sgd(rate, MOMENTUM, nesterov=True),
    )


def _is_kernel(parameters: dict) -> dict:
    return {
        "convolutions": [{name: name == "kernel" for name in layer} for layer in parameters["convolutions"]],
        "dense": {name: name == "kernel" for name in parameters["dense"]},
    }
