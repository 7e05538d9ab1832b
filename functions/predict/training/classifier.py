"""The model file in use, as the function uses it: ONNX Runtime on one thread."""

import time
from pathlib import Path

import numpy as np
import onnxruntime


class Classifier:
    """An open model file."""

    def __init__(self, path: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """The probability of each digit, shape [n, 10], for grey values 0..1, shape [n, 28, 28]."""
        return np.concatenate([self._run(images[start : start + 100]) for start in range(0, len(images), 100)])

    def latencies_us(self, images: np.ndarray, batch: int) -> np.ndarray:
        """Microseconds an image in each run of a batch, after 50 runs that are not counted."""
        batches = [images[start : start + batch] for start in range(0, len(images) - batch + 1, batch)]
        for each in batches[:50]:
            self._run(each)
        return np.array([self._duration_us(each) for each in batches]) / batch

    def _duration_us(self, images: np.ndarray) -> float:
        start = time.perf_counter_ns()
        self._run(images)
        return (time.perf_counter_ns() - start) / 1_000

    def _run(self, images: np.ndarray) -> np.ndarray:
        return self._session.run(["probabilities"], {"images": images})[0]
