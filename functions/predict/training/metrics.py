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


def measure(path: Path, test: Digits) -> dict:
    """Measures a model file; everything but `latency` comes out the same each time, as values that JSON can hold."""
    classifier = Classifier(path)
    return {
        "model": _model(path),
        "test": _test(classifier, test),
        "perturbed": {name: _right(classifier, Digits(change(test.images), test.labels)) for name, change in PERTURBATIONS.items()},
        "latency": _latency(classifier, test.images),
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
    answers = classifier.digits(test.images)
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (test.labels, answers), 1)
    wrong = np.flatnonzero(answers != test.labels)
    return {
        "digits": len(test.labels),
        "right": int(np.trace(confusion)),
        # Rows are what the image shows, columns what the model says.
        "confusion": confusion.tolist(),
        "wrong": [{"index": int(i), "shows": int(test.labels[i]), "says": int(answers[i])} for i in wrong],
    }


def _right(classifier: Classifier, digits: Digits) -> int:
    return int((classifier.digits(digits.images) == digits.labels).sum())


def _latency(classifier: Classifier, images: np.ndarray) -> dict:
    microseconds = classifier.latencies_us(images)
    return {
        "minimumUs": round(float(microseconds.min()), 1),
        "medianUs": round(float(np.median(microseconds)), 1),
        "percentile99Us": round(float(np.percentile(microseconds, 99)), 1),
        "maximumUs": round(float(microseconds.max()), 1),
        "images": len(images),
        "onnxruntime": onnxruntime.__version__,
        "processor": _processor(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
