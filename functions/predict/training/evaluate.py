"""Measures the model on the test digits; writes metrics.json, confusion.png and the card: `python -m training.evaluate`."""

import json
from pathlib import Path

from . import card, confusion, mnist
from .metrics import measure

PREDICT = Path(__file__).parent.parent


def main() -> None:
    metrics = measure(PREDICT / "assets" / "digits.onnx", mnist.test(PREDICT / "mnist"))
    (PREDICT / "training" / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    confusion.draw(metrics["test"]["confusion"], PREDICT / "training" / "confusion.png")
    card.rewrite(PREDICT / "MODEL_CARD.md", metrics)
    print(json.dumps({name: metrics[name] for name in ("perturbed", "latency")}, indent=2))
    print(f"{metrics['test']['right']} of {metrics['test']['digits']} right")


if __name__ == "__main__":
    main()
