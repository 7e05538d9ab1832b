"""Recognises handwritten digits: LitServe, pydantic and ONNX Runtime."""

import os
from typing import Annotated, Any

import litserve
import numpy as np
import onnxruntime as ort
from pydantic import BaseModel, Field

PIXELS = 28 * 28

Grey = Annotated[float, Field(ge=0, le=1)]
Array = np.ndarray[Any, np.dtype[np.float32]]


class Drawing(BaseModel):
    image: Annotated[list[Grey], Field(min_length=PIXELS, max_length=PIXELS)]


class Digits(litserve.LitAPI):
    def setup(self, device: str) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(os.environ["MODEL_PATH"], options, providers=["CPUExecutionProvider"])
        self.version = os.environ["MODEL_VERSION"]

    def decode_request(self, request: Drawing) -> Array:
        return np.array(request.image, dtype=np.float32).reshape(28, 28)

    def predict(self, images: Array) -> Array:
        """Takes and gives a batch: LitServe stacks what decode_request returned."""
        (probabilities,) = self.session.run(["probabilities"], {"images": images})
        return probabilities

    def encode_response(self, output: Array) -> dict[str, Any]:
        return {"digit": int(output.argmax()), "probabilities": output.tolist(), "modelVersion": self.version}


if __name__ == "__main__":
    # One worker, as there is one core. Other times of a batch, none, and `fast_queue` were measured: no faster.
    server = litserve.LitServer(Digits(max_batch_size=16, batch_timeout=0.005), accelerator="cpu", workers_per_device=1)
    server.run(
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        num_api_servers=1,
        log_level="warning",
        generate_client_file=False,
    )
