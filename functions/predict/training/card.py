"""The part of the model card that is measured: tables between two markers, written from the metrics."""

from pathlib import Path

BEGIN = "<!-- measured: begin (python -m training.evaluate writes this part) -->"
END = "<!-- measured: end -->"


def rewrite(path: Path, tables: str) -> None:
    """Replaces what stands between the markers of a card. Raises ValueError when it has none."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{path.name} has no measured part")
    path.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}")


def tables(versions: dict[str, dict]) -> str:
    """The measured part, as Markdown: the last version, and beside it what the earlier ones reach."""
    *_, metrics = versions.values()
    model, test = metrics["model"], metrics["test"]
    sections = {
        "Versions": [_versions(versions)],
        "Accuracy": [_accuracy(test), _confusion(test), _wrong(test)],
        "Certainty": [_certainty(test)],
        "Robustness": [_perturbed(versions)],
        "Latency": [_latency(versions)],
        "Layers": [_layers(model)],
        "File": [_file(model)],
    }
    return "\n\n".join("\n\n".join([f"### {title}", *parts]) for title, parts in sections.items())


def _versions(versions: dict[str, dict]) -> str:
    rows = {
        "test digits right": lambda of: f"{of['test']['right']:,} of {of['test']['digits']:,}",
        "held-out digits right": lambda of: _held_out(of["model"]["metadata"]),
        "test digits right under the perturbations below, in the mean": lambda of: f"{_mean_perturbed(of):,.0f}",
        "microseconds for an image alone": lambda of: _median_us(of, "1"),
        "microseconds an image, 16 in a run": lambda of: _median_us(of, "16"),
        "multiply-accumulates": lambda of: f"{of['model']['multiplications']:,}",
        "parameters": lambda of: f"{of['model']['parameters']:,}",
        "bytes": lambda of: f"{of['model']['bytes']:,}",
    }
    header = ["", *(f"version {version}" for version in versions)]
    return _table(header, [(name, *map(value, versions.values())) for name, value in rows.items()])


def _held_out(metadata: dict) -> str:
    return f"{int(metadata['held_out_right']):,} of {int(metadata['held_out_digits']):,}"


def _mean_perturbed(metrics: dict) -> float:
    """Without the inversion, which is the caller's to undo."""
    counts = [right for name, right in metrics["perturbed"].items() if not name.startswith("inverted")]
    return sum(counts) / len(counts)


def _median_us(metrics: dict, batch: str) -> str:
    return f"{metrics['latency']['batches'][batch]['medianUs']:.1f}"


def _accuracy(test: dict) -> str:
    share = _percent(test["right"], test["digits"])
    return f"**{test['right']:,} of {test['digits']:,}** test digits are right: **{share}**."


def _confusion(test: dict) -> str:
    confusion = test["confusion"]
    said = [sum(column) for column in zip(*confusion)]
    rows = [
        (f"**{shows}**", *(count or "" for count in row), _percent(row[shows], sum(row)))
        for shows, row in enumerate(confusion)
    ]
    precision = ("precision", *(_percent(confusion[digit][digit], said[digit]) for digit in range(10)), "")
    table = _table(["", *range(10), "recall"], [*rows, precision])
    return f"Rows: what the image shows. Columns: what the model says.\n\n{table}"


def _wrong(test: dict) -> str:
    images: dict[tuple[int, int], list[str]] = {}
    for one in test["wrong"]:
        images.setdefault((one["shows"], one["says"]), []).append(str(one["index"]))
    rows = [(shows, says, ", ".join(found)) for (shows, says), found in sorted(images.items())]
    return "The wrong ones, by their place in the file, from 0:\n\n" + _table(["shows", "model says", "images"], rows)


def _certainty(test: dict) -> str:
    bounds = [*(one["from"] for one in test["certainty"]), 1]
    rows = [
        (f"{low} to {high}", f"{one['answers']:,}", f"{one['right']:,}", _percent(one["right"], one["answers"]))
        for one, low, high in zip(test["certainty"], bounds, bounds[1:])
    ]
    return _table(["probability of the answer", "answers", "right", "share"], rows)


def _perturbed(versions: dict[str, dict]) -> str:
    *_, last = versions.values()
    digits = last["test"]["digits"]
    rows = [
        (name, *(f"{metrics['perturbed'][name]:,}" for metrics in versions.values()), _percent(right, digits))
        for name, right in last["perturbed"].items()
    ]
    columns = [f"version {version}, right" for version in versions]
    return _table(["every test image", *columns, f"share in version {list(versions)[-1]}"], rows)


def _latency(versions: dict[str, dict]) -> str:
    *_, measured = (metrics["latency"] for metrics in versions.values())
    rows = [
        (version, batch, spread["minimumUs"], spread["medianUs"], spread["percentile99Us"], spread["maximumUs"])
        for version, metrics in versions.items()
        for batch, spread in metrics["latency"]["batches"].items()
    ]
    header = ["version", "images in a run", "minimum", "median", "99th percentile", "maximum"]
    return (
        f"Microseconds an image: {measured['images']:,} images, alone and several in a run, on one thread of "
        f"onnxruntime {measured['onnxruntime']}, {measured['processor']}. Of all the figures here, only the "
        f"microseconds change from one measurement to the next.\n\n{_table(header, rows)}"
    )


def _layers(model: dict) -> str:
    rows = [
        (
            layer["operator"],
            " x ".join(map(str, layer["shape"])),
            f"{layer['parameters']:,}",
            f"{layer['multiplications']:,}",
        )
        for layer in model["layers"]
    ]
    total = ("**all**", "", f"**{model['parameters']:,}**", f"**{model['multiplications']:,}**")
    return _table(["layer", "result", "parameters", "multiply-accumulates"], [*rows, total])


def _file(model: dict) -> str:
    facts = [
        ("size", f"{model['bytes']:,} bytes"),
        ("SHA-256", f"`{model['sha256']}`"),
        ("ONNX", f"opset {model['opset']}, IR version {model['irVersion']}"),
        *((f"metadata `{name}`", value) for name, value in model["metadata"].items()),
    ]
    return _table(["fact", "value"], facts)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else ""


def _table(header: list, rows: list) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
