"""The figures of a model file, measured on the test digits."""

import hashlib
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from . import layers
from .classifier import Classifier
from .mnist import Digits
from .perturbation import PERTURBATIONS

CERTAINTIES = [0.5, 0.9, 0.99, 0.999]
"""Bounds between which answers are counted by their probability."""
BATCHES = [1, 4, 16]
"""Images in a run, for which latency is measured."""


def measure(path: Path, test: Digits) -> dict:
    """Measures a model file; everything but `latency` comes out the same each time, as values that JSON can hold."""
    classifier = Classifier(path)
    return {
        "model": _model(path),
        "test": _test(classifier, test),
        "perturbed": perturbed(classifier, test),
        "latency": _latency(classifier, test.images),
    }


def perturbed(classifier: Classifier, digits: Digits) -> dict[str, int]:
    """How many digits are right under each perturbation."""
    return {
        name: int((classifier.probabilities(change(digits.images)).argmax(1) == digits.labels).sum())
        for name, change in PERTURBATIONS.items()
    }


def _model(path: Path) -> dict:
    content = path.read_bytes()
    model = onnx.load_from_string(content)
    found = layers.read(model)
    return {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "opset": model.opset_import[0].version,
        "irVersion": model.ir_version,
        "parameters": sum(layer.parameters for layer in found),
        "multiplications": sum(layer.multiplications for layer in found),
        "layers": [layer._asdict() for layer in found],
        "metadata": {property.key: property.value for property in model.metadata_props},
    }


def _test(classifier: Classifier, test: Digits) -> dict:
    probabilities = classifier.probabilities(test.images)
    answers = probabilities.argmax(1)
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (test.labels, answers), 1)
    wrong = np.flatnonzero(answers != test.labels)
    return {
        "digits": len(test.labels),
        "right": int(np.trace(confusion)),
        # Rows are what the image shows, columns what the model says.
        "confusion": confusion.tolist(),
        "wrong": [{"index": int(i), "shows": int(test.labels[i]), "says": int(answers[i])} for i in wrong],
        "certainty": _certainty(probabilities.max(1), answers == test.labels),
    }


def _certainty(largest: np.ndarray, is_right: np.ndarray) -> list[dict]:
    """How many answers are right among those whose probability lies from each bound to the next."""
    places = np.digitize(largest, CERTAINTIES)
    return [
        {"from": bound, "answers": int((places == place).sum()), "right": int(is_right[places == place].sum())}
        for place, bound in enumerate([0, *CERTAINTIES])
    ]


def _latency(classifier: Classifier, images: np.ndarray) -> dict:
    return {
        "images": len(images),
        "onnxruntime": onnxruntime.__version__,
        "processor": _processor(),
        "batches": {str(batch): _spread(classifier.latencies_us(images, batch)) for batch in BATCHES},
    }


def _spread(microseconds: np.ndarray) -> dict:
    return {
        "minimumUs": round(float(microseconds.min()), 1),
        "medianUs": round(float(np.median(microseconds)), 1),
        "percentile99Us": round(float(np.percentile(microseconds, 99)), 1),
        "maximumUs": round(float(microseconds.max()), 1),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
