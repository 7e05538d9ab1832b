"""The ONNX file that the function serves: `images` [n, 28, 28] in, `probabilities` [n, 10] out."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .network import CLASSES, CONVOLUTIONS, SIDE, Folded

OPSET = 17
IR_VERSION = 8
"""Both older than they could be, so that a runtime of 2022 still reads the file."""


def model(layers: list[Folded], metadata: dict[str, str]) -> onnx.ModelProto:
    """Builds the model.

    layers: one for each convolution, then the dense one.
    metadata: what the file tells about itself, by name.
    Raises onnx.checker.ValidationError when the graph does not hold together.
    """
    *convolutions, dense = layers
    nodes = [helper.make_node("Unsqueeze", ["images", "channel_axis"], ["pixels"])]
    weights = [numpy_helper.from_array(np.array([1], np.int64), "channel_axis")]
    values = "pixels"
    for number, (layer, folded) in enumerate(zip(CONVOLUTIONS, convolutions), start=1):
        name = f"convolution_{number}"
        weights += _initializers(name, folded)
        padding = [layer.padding] * 4
        nodes += [
            helper.make_node("Conv", [values, f"{name}.kernel", f"{name}.bias"], [name], name=name, pads=padding),
            helper.make_node("Relu", [name], [f"{name}.relu"]),
        ]
        values = f"{name}.relu"
        if layer.is_pooled:
            pooled = f"{name}.pool"
            nodes.append(helper.make_node("MaxPool", [values], [pooled], kernel_shape=[2, 2], strides=[2, 2]))
            values = pooled
    weights += _initializers("dense", dense)
    nodes += [
        helper.make_node("Flatten", [values], ["features"]),
        helper.make_node("Gemm", ["features", "dense.kernel", "dense.bias"], ["logits"], name="dense"),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", SIDE, SIDE])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", CLASSES])],
        weights,
    )
    built = helper.make_model(
        graph,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="quartet",
    )
    helper.set_model_props(built, metadata)
    onnx.checker.check_model(built, full_check=True)
    return built


def _initializers(name: str, folded: Folded) -> list[onnx.TensorProto]:
    return [
        numpy_helper.from_array(np.ascontiguousarray(folded.kernel, np.float32), f"{name}.kernel"),
        numpy_helper.from_array(np.ascontiguousarray(folded.bias, np.float32), f"{name}.bias"),
    ]
