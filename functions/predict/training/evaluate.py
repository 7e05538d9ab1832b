"""Measures each version of the model on the test digits; writes metrics.json, confusion.png and the card's tables."""

import json
import re
from pathlib import Path

from . import card, confusion, mnist, versions
from .metrics import measure

PREDICT = Path(__file__).parent.parent


def main() -> None:
    test = mnist.test(PREDICT / "mnist")
    metrics = {version: measure(versions.path(version), test) for version in versions.all_versions()}
    (PREDICT / "training" / "metrics.json").write_text(_json(metrics))
    *_, default = metrics.values()
    confusion.draw(default["test"]["confusion"], PREDICT / "training" / "confusion.png")
    tables = card.tables(metrics)
    card.rewrite(PREDICT / "MODEL_CARD.md", tables)
    print(tables)


def _json(metrics: dict) -> str:
    """Indented, with each list of numbers on one line, so that a change of the confusion matrix reads as one."""
    text = json.dumps(metrics, indent=2)
    return re.sub(r"\[[\d\s,]+\]", lambda numbers: re.sub(r"\s+", " ", numbers[0]), text) + "\n"


if __name__ == "__main__":
    main()
