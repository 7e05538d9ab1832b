"""Trains the digit model and writes its file: `python -m training.train --mnist FOLDER --out assets/digits.onnx`."""

import argparse
from pathlib import Path

import jax
import onnx
import optax

from . import mnist, model_file, network, run

VERSION = "1"
HELD_OUT = 5_000
"""The last digits of the training set choose everything that is chosen; the test set chooses nothing."""
SEED = 20_260
EPOCHS = 60


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mnist", type=Path, required=True, help="folder of train-*-ubyte.gz")
    arguments.add_argument("--out", type=Path, required=True, help="the .onnx file to write")
    arguments.add_argument("--epochs", type=int, default=EPOCHS)
    arguments.add_argument("--seed", type=int, default=SEED)
    given = arguments.parse_args()

    digits = mnist.training(given.mnist)
    learned = mnist.Digits(*(part[:-HELD_OUT] for part in digits))
    held_out = mnist.Digits(*(part[-HELD_OUT:] for part in digits))
    weights = run.train(learned, held_out, given.epochs, given.seed)
    metadata = {
        "version": VERSION,
        "trained_with": f"jax {jax.__version__}, optax {optax.__version__}",
        "seed": str(given.seed),
        "epochs": str(given.epochs),
        "training_digits": str(len(learned.labels)),
        "held_out_digits": str(HELD_OUT),
        "held_out_right": str(run.right(weights, held_out)),
    }
    given.out.write_bytes(model_file.model(network.folded(*weights), metadata).SerializeToString(deterministic=True))
    onnx.checker.check_model(str(given.out))


if __name__ == "__main__":
    main()
