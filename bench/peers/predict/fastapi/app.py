"""Recognises handwritten digits: FastAPI, pydantic and ONNX Runtime."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

PIXELS = 28 * 28

Grey = Annotated[float, Field(ge=0, le=1)]


class Drawing(BaseModel):
    image: Annotated[list[Grey], Field(min_length=PIXELS, max_length=PIXELS)]


class Prediction(BaseModel):
    digit: int
    probabilities: list[float]
    modelVersion: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    app.state.session = ort.InferenceSession(os.environ["MODEL_PATH"], options, providers=["CPUExecutionProvider"])
    app.state.version = os.environ["MODEL_VERSION"]
    yield


app = FastAPI(lifespan=lifespan)


# Neither handler leaves the event loop: a thread of FastAPI's pool for each request was measured and is slower.
@app.post("/predict")
async def predict(drawing: Drawing) -> Prediction:
    return classify(np.array(drawing.image, dtype=np.float32))


@app.post("/predict/octets")
async def predict_octets(request: Request) -> Prediction:
    body = await request.body()
    if len(body) != PIXELS:
        raise HTTPException(422, f"expected {PIXELS} bytes, received {len(body)}")
    return classify(np.frombuffer(body, dtype=np.uint8).astype(np.float32) / np.float32(255))


def classify(greys: np.ndarray[Any, np.dtype[np.float32]]) -> Prediction:
    (probabilities,) = app.state.session.run(["probabilities"], {"images": greys.reshape(1, 28, 28)})
    return Prediction(
        digit=int(probabilities[0].argmax()),
        probabilities=probabilities[0].tolist(),
        modelVersion=app.state.version,
    )


if __name__ == "__main__":
    uvicorn.run(
        app,
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
