"""The layers of a model file: their shapes and what they cost."""

from math import prod
from typing import NamedTuple

import onnx


class Layer(NamedTuple):
    """A node that holds weights, or that changes the height and width."""

    operator: str
    shape: list[int]
    """Of its result for one image."""
    parameters: int
    multiplications: int
    """Multiply-accumulates for one image."""


def read(model: onnx.ModelProto) -> list[Layer]:
    """The convolutions, poolings and dense layers, in order."""
    weights = {weight.name: list(weight.dims) for weight in model.graph.initializer}
    shapes = _shapes(model)
    return [
        _layer(node.op_type, shapes[node.output[0]], [weights[name] for name in node.input if name in weights])
        for node in model.graph.node
        if node.op_type in ("Conv", "MaxPool", "Gemm")
    ]


def _layer(operator: str, shape: list[int], weights: list[list[int]]) -> Layer:
    parameters = sum(prod(dims) for dims in weights)
    # A kernel is used once for each place of the result: [channels, height, width] has height x width places.
    multiplications = prod(weights[0]) * prod(shape[1:]) if weights else 0
    return Layer(operator, shape, parameters, multiplications)


def _shapes(model: onnx.ModelProto) -> dict[str, list[int]]:
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    values = [*inferred.graph.value_info, *inferred.graph.output]
    return {value.name: [size.dim_value for size in value.type.tensor_type.shape.dim[1:]] for value in values}
