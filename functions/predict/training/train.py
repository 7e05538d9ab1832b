"""Trains the digit model and writes its file: `python -m training.train --mnist FOLDER`."""

import argparse
import hashlib
import time
from pathlib import Path

import jax
import optax

from . import augmentation, distillation, metrics, mnist, model_file, network, run, schedule, versions
from .classifier import Classifier

VERSION = "2"
TEACHER = "1"
"""The version that the network learns from."""
HELD_OUT = 5_000
"""The last digits of the training set choose everything that is chosen; the test set chooses nothing."""
SEED = 20_260
EPOCHS = 60


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mnist", type=Path, required=True, help="folder of train-*-ubyte.gz")
    arguments.add_argument("--teacher", type=Path, default=versions.path(TEACHER), help="the .onnx file to learn from")
    arguments.add_argument("--out", type=Path, default=versions.path(VERSION), help="the .onnx file to write")
    arguments.add_argument("--epochs", type=int, default=EPOCHS)
    arguments.add_argument("--seed", type=int, default=SEED)
    given = arguments.parse_args()

    start = time.monotonic()
    digits = mnist.training(given.mnist)
    learned = mnist.Digits(*(part[:-HELD_OUT] for part in digits))
    held_out = mnist.Digits(*(part[-HELD_OUT:] for part in digits))
    teacher = Classifier(given.teacher)
    weights = run.train(learned, held_out, teacher, given.epochs, given.seed)
    metadata = {
        "version": VERSION,
        "trained_with": f"jax {jax.__version__}, optax {optax.__version__}",
        "seed": str(given.seed),
        "epochs": str(given.epochs),
        "batch": str(run.BATCH),
        "schedule": schedule.SUMMARY,
        "average_decay": str(run.AVERAGE_DECAY),
        "dropout": str(network.DROPOUT),
        "augmentation": augmentation.SUMMARY,
        "distillation": distillation.SUMMARY,
        "teacher_sha256": hashlib.sha256(given.teacher.read_bytes()).hexdigest(),
        "training_digits": str(len(learned.labels)),
        "held_out_digits": str(HELD_OUT),
        "held_out_right": str(run.count_right(weights, held_out)[0]),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(model_file.model(network.folded(*weights), metadata).SerializeToString(deterministic=True))
    of_teacher = metrics.perturbed(teacher, held_out)
    for name, right in metrics.perturbed(Classifier(given.out), held_out).items():
        print(f"{right} of {HELD_OUT} held out right, the teacher {of_teacher[name]}: {name}")
    print(f"{given.out} written after {(time.monotonic() - start) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
