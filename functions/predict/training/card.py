"""The part of the model card that is measured: tables between two markers, written from the metrics."""

from pathlib import Path

BEGIN = "<!-- measured: begin (python -m training.evaluate writes this part) -->"
END = "<!-- measured: end -->"


def rewrite(path: Path, metrics: dict) -> None:
    """Replaces what stands between the markers of a card. Raises ValueError when it has none."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{path.name} has no measured part")
    path.write_text(f"{before}{BEGIN}\n\n{_measured(metrics)}\n\n{END}{after}")


def _measured(metrics: dict) -> str:
    sections = (_file, _architecture, _accuracy, _confusion, _wrong, _perturbed, _latency)
    return "\n\n".join(section(metrics) for section in sections)


def _file(metrics: dict) -> str:
    model = metrics["model"]
    facts = [
        ("size", f"{model['bytes']:,} bytes"),
        ("SHA-256", f"`{model['sha256']}`"),
        ("parameters", f"{model['parameters']:,} (float32)"),
        ("multiply-accumulates for an image", f"{model['multiplications']:,}"),
        ("ONNX", f"opset {model['opset']}, IR version {model['irVersion']}"),
        *((f"`{name}`", value) for name, value in model["metadata"].items()),
    ]
    return "### File\n\n" + _table(["fact", "value"], facts)


def _architecture(metrics: dict) -> str:
    rows = [
        (layer["operator"], " x ".join(map(str, layer["shape"])), f"{layer['parameters']:,}", f"{layer['multiplications']:,}")
        for layer in metrics["model"]["layers"]
    ]
    return "### Layers\n\n" + _table(["layer", "result", "parameters", "multiply-accumulates"], rows)


def _accuracy(metrics: dict) -> str:
    test = metrics["test"]
    confusion = test["confusion"]
    said = [sum(column) for column in zip(*confusion)]
    rows = [
        (digit, f"{row[digit]:,} of {sum(row):,}", _percent(row[digit], sum(row)), _percent(row[digit], said[digit]))
        for digit, row in enumerate(confusion)
    ]
    return (
        f"### Accuracy\n\n**{test['right']:,} of {test['digits']:,}** test digits are right: "
        f"**{_percent(test['right'], test['digits'])}**.\n\n" + _table(["digit", "right", "recall", "precision"], rows)
    )


def _confusion(metrics: dict) -> str:
    rows = [(f"**{shows}**", *(count or "" for count in row)) for shows, row in enumerate(metrics["test"]["confusion"])]
    return "### Confusion\n\nRows: what the image shows. Columns: what the model says.\n\n" + _table(["", *range(10)], rows)


def _wrong(metrics: dict) -> str:
    wrong = ", ".join(f"{one['index']} ({one['shows']} as {one['says']})" for one in metrics["test"]["wrong"])
    return f"The wrong ones, by their place in the file, from 0: {wrong}."


def _perturbed(metrics: dict) -> str:
    digits = metrics["test"]["digits"]
    rows = [(name, f"{right:,}", _percent(right, digits)) for name, right in metrics["perturbed"].items()]
    return "### Robustness\n\n" + _table(["every test image", f"right of {digits:,}", "share"], rows)


def _latency(metrics: dict) -> str:
    latency = metrics["latency"]
    rows = [
        ("minimum", latency["minimumUs"]),
        ("median", latency["medianUs"]),
        ("99th percentile", latency["percentile99Us"]),
        ("maximum", latency["maximumUs"]),
    ]
    return (
        f"### Latency\n\n{latency['images']:,} single images, one thread, onnxruntime {latency['onnxruntime']}, "
        f"{latency['processor']}. The only figures here that change from run to run.\n\n"
        + _table(["single inference", "microseconds"], rows)
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %"


def _table(header: list, rows: list) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
