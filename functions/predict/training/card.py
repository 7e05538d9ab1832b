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


def tables(metrics: dict) -> str:
    """The measured part, as Markdown."""
    model, test = metrics["model"], metrics["test"]
    sections = {
        "Accuracy": [_accuracy(test), _recall(test)],
        "Confusion": [_confusion(test), _wrong(test)],
        "Certainty": [_certainty(test)],
        "Robustness": [_perturbed(metrics["perturbed"], test["digits"])],
        "Latency": [_latency(metrics["latency"])],
        "Layers": [_layers(model)],
        "File": [_file(model)],
    }
    return "\n\n".join("\n\n".join([f"### {title}", *parts]) for title, parts in sections.items())


def _accuracy(test: dict) -> str:
    share = _percent(test["right"], test["digits"])
    return f"**{test['right']:,} of {test['digits']:,}** test digits are right: **{share}**."


def _recall(test: dict) -> str:
    said = [sum(column) for column in zip(*test["confusion"])]
    rows = [
        (digit, f"{row[digit]:,} of {sum(row):,}", _percent(row[digit], sum(row)), _percent(row[digit], said[digit]))
        for digit, row in enumerate(test["confusion"])
    ]
    return _table(["digit", "right", "recall", "precision"], rows)


def _confusion(test: dict) -> str:
    rows = [(f"**{shows}**", *(count or "" for count in row)) for shows, row in enumerate(test["confusion"])]
    return "Rows: what the image shows. Columns: what the model says.\n\n" + _table(["", *range(10)], rows)


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


def _perturbed(perturbed: dict, digits: int) -> str:
    rows = [(name, f"{right:,}", _percent(right, digits)) for name, right in perturbed.items()]
    return _table(["every test image", f"right of {digits:,}", "share"], rows)


def _latency(latency: dict) -> str:
    rows = [
        ("minimum", latency["minimumUs"]),
        ("median", latency["medianUs"]),
        ("99th percentile", latency["percentile99Us"]),
        ("maximum", latency["maximumUs"]),
    ]
    runs = f"{latency['images']:,} images one by one, on one thread of onnxruntime {latency['onnxruntime']}"
    return (
        f"{runs}, {latency['processor']}. The only figures here that change from run to run.\n\n"
        f"{_table(['single inference', 'microseconds'], rows)}"
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
