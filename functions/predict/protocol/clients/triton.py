"""Triton's two HTTP clients, to be tested by the same tests."""

import asyncio
from importlib import import_module
from types import ModuleType
from typing import Any, Callable

import numpy as np

CLIENTS = ["tritonclient.http", "tritonclient.http.aio"]


class Triton:
    """A client whose methods can be called from here, whether they are coroutines or not."""

    def __init__(self, module: str, address: str) -> None:
        self.module: ModuleType = import_module(module)
        self._runner = asyncio.Runner()
        self._client = self._runner.run(self._open(address))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *args, **kwargs: self._finished(method(*args, **kwargs))

    def input(self, images: np.ndarray, binary_data: bool = True, datatype: str = "FP32") -> Any:
        tensor = self.module.InferInput("images", list(images.shape), datatype)
        return tensor.set_data_from_numpy(images, binary_data=binary_data)

    def output(self, name: str, **kwargs: Any) -> Any:
        return self.module.InferRequestedOutput(name, **kwargs)

    def close(self) -> None:
        self._finished(self._client.close())
        self._runner.close()

    async def _open(self, address: str) -> Any:
        return self.module.InferenceServerClient(address)

    def _finished(self, result: Any) -> Any:
        return self._runner.run(result) if asyncio.iscoroutine(result) else result
