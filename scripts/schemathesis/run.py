"""Lets schemathesis ask the local server, function by function, what its OpenAPI documents say that can be asked."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FUNCTIONS = ["configs", "predict"]
SECONDS = 60
"""For each function: then its phases end, if they have not before."""


def main() -> int:
    path = os.pathsep.join([str(ROOT / "node_modules/.bin"), os.environ["PATH"]])
    node = shutil.which("node", path=path)
    assert node, "there is no node: npm ci installs one"
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [node, ROOT / "scripts/quartet.ts", "start"],
            cwd=folder,
            # A stream of events ends after a second.
            env={"PATH": path, "PORT": "0", "LOG_LEVEL": "error", "CONFIGS_WATCH_SECONDS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            address = address_of(server)
            codes = [ask(address, function) for function in FUNCTIONS]
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=60)
    return max(codes)


def address_of(server: subprocess.Popen[str]) -> str:
    printed = ""
    for line in server.stdout or []:
        printed += line
        if "Ctrl-C ends it." in line:
            break
    found = re.search(r"on (http://\S+)", printed)
    assert found, f"the server did not start: {printed}"
    return found[1]


def ask(address: str, function: str) -> int:
    """Writes .quartet/schemathesis-FUNCTION.xml, for who counts the tests."""
    return subprocess.call(
        [
            Path(sys.executable).parent / "schemathesis",
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{address}/functions/{function}/openapi.json",
            # It takes a server that is relative to the document for the root, where the start page is.
            f"--url={address}/functions/{function}",
            f"--max-time={SECONDS}",
            f"--report-junit-path={ROOT / f'.quartet/schemathesis-{function}.xml'}",
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT / ".quartet",
    )


sys.exit(main())
