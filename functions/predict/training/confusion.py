"""The confusion matrix as a picture."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot
from matplotlib.colors import LogNorm


def draw(confusion: list[list[int]], path: Path) -> None:
    """Draws counts [shows][says] to a PNG file."""
    counts = np.array(confusion)
    figure, axes = pyplot.subplots(figsize=(6.4, 6.0), layout="constrained")
    # Logarithmic, or a single mistake among a thousand right answers would be as white as none.
    axes.imshow(np.where(counts > 0, counts, np.nan), cmap="Blues", norm=LogNorm(0.5, 3_000))
    for (shows, says), count in np.ndenumerate(counts):
        if count:
            axes.text(says, shows, count, ha="center", va="center", color="white" if count > 100 else "black")
    axes.set(xticks=range(10), yticks=range(10), xlabel="the model says", ylabel="the image shows")
    axes.set_title(f"{np.trace(counts):,} of {counts.sum():,} test digits right")
    axes.tick_params(length=0)
    # Without the software's version in it, the same counts make the same bytes.
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)
