"""What the tests of the clients share: the local server, and digits to ask it about."""

import gzip
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Iterator, NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[4]
MNIST = ROOT / "functions/predict/mnist"


class Digits(NamedTuple):
    """Test digits of MNIST."""

    bytes: np.ndarray
    """Grey values 0 (background) to 255 (ink), shape [n, 28, 28]."""
    labels: np.ndarray

    @property
    def images(self) -> np.ndarray:
        """As the model takes them: grey values 0 to 1."""
        return self.bytes.astype(np.float32) / np.float32(255)

    def first(self, count: int) -> "Digits":
        return Digits(self.bytes[:count], self.labels[:count])


@pytest.fixture(scope="session")
def digits() -> Digits:
    images = np.frombuffer(_unpacked("t10k-images-idx3-ubyte.gz"), np.uint8, offset=16)
    labels = np.frombuffer(_unpacked("t10k-labels-idx1-ubyte.gz"), np.uint8, offset=8)
    return Digits(images.reshape(-1, 28, 28), labels)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a server as `npm start` starts it, in a folder of its own."""
    path = os.pathsep.join([str(ROOT / "node_modules/.bin"), os.environ["PATH"]])
    node = shutil.which("node", path=path)
    assert node, "there is no node: npm ci installs one"
    server = subprocess.Popen(
        [node, ROOT / "scripts/quartet.ts", "start"],
        cwd=tmp_path_factory.mktemp("server"),
        env={"PATH": path, "PORT": "0", "LOG_LEVEL": "error"},
        stdout=subprocess.PIPE,
        text=True,
    )
    printed = ""
    for line in server.stdout:
        printed += line
        if "Ctrl-C ends it." in line:
            break
    found = re.search(r"on http://(\S+)", printed)
    assert found, f"the server did not start: {printed}"
    yield found[1]
    server.send_signal(signal.SIGINT)
    rest, _ = server.communicate(timeout=60)
    assert server.returncode == 0, rest
    assert '"status":500' not in rest, rest


@pytest.fixture(scope="session")
def url(address: str) -> str:
    return f"http://{address}"


def _unpacked(name: str) -> bytes:
    """The header of an idx file of images has 16 bytes, that of labels 8."""
    return gzip.decompress((MNIST / name).read_bytes())
