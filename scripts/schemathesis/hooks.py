"""What schemathesis cannot make up from an OpenAPI document, because there are no words for it in one."""

from pathlib import Path
from typing import Any

import schemathesis

PREDICT = Path(__file__).parents[2] / "functions/predict"
DIGIT = (PREDICT / "examples/seven.bin").read_bytes()
TENSOR = b'{"inputs":[{"name":"images","shape":[1,28,28],"datatype":"UINT8","parameters":{"binary_data_size":784}}]}'
LINE = b'{"name":"imported","metadata":{"zone":"a"}}\n'
# That it has bytes is all that a document says of such a body; what they are to show is in no schema.
BODIES = {
    "application/x-ndjson": LINE,
    "application/jsonl": LINE,
    "application/octet-stream": DIGIT,
    "image/png": (PREDICT / "picture/testdata/grey-8.png").read_bytes(),
    "image/jpeg": (PREDICT / "picture/testdata/420.jpg").read_bytes(),
}


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def lines(ctx: schemathesis.SerializationContext, value: Any) -> dict[str, Any]:
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


@schemathesis.hook
def before_call(ctx: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    quote_entity_tags(case)
    take_no_place_of_ones_own(case)
    # What is to be refused is left as it is.
    if case.meta.generation.mode.is_positive:
        send_what_the_body_is_for(case, kwargs)
        name_as_the_path_does(case)
        import_below_the_prefix(case)


def send_what_the_body_is_for(case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    if case.media_type not in BODIES:
        return
    if case.path.endswith("/infer"):
        # A tensor in binary stands behind the JSON that describes it; the header says where it begins.
        kwargs["data"] = TENSOR + DIGIT
        case.headers["Inference-Header-Content-Length"] = str(len(TENSOR))
    else:
        kwargs["data"] = BODIES[case.media_type]


def take_no_place_of_ones_own(case: schemathesis.Case) -> None:
    """A place in a list or a stream is one that an answer has given, and answered 400 if it is not."""
    for name in ("cursor", "after"):
        if case.query and isinstance(case.query.get(name), str) and len(case.query[name]) <= 400:
            del case.query[name]
    if case.headers and case.headers.get("Last-Event-ID"):
        del case.headers["Last-Event-ID"]


def import_below_the_prefix(case: schemathesis.Case) -> None:
    """The names in a file begin with the prefix, and what is mirrored is a whole export, which one line is not."""
    if case.operation.label != "POST /import" or not case.query:
        return
    if "prefix" in case.query:
        case.query["prefix"] = "imported"
    if case.query.get("mode") == "mirror":
        case.query["mode"] = "upsert"


def quote_entity_tags(case: schemathesis.Case) -> None:
    """In its coverage phase schemathesis 4.32.5 takes 0 for a text of whatever pattern that starts with an If-."""
    for name in ("If-Match", "If-None-Match"):
        if case.headers and str(case.headers.get(name)) == "0":
            case.headers[name] = '"0"'


def name_as_the_path_does(case: schemathesis.Case) -> None:
    """A config cannot be renamed: its name in a body is that in the path."""
    if case.operation.label != "PUT /configs/{name}" or not isinstance(case.body, dict):
        return
    for key in ("name", "dcname"):
        if isinstance(case.body.get(key), str):
            case.body[key] = case.path_parameters["name"]
