"""The examples of the README print what it says they print."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

README = (ROOT / "functions/predict/protocol/README.md").read_text()
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
CONSOLE = re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
COMMANDS = [example.split("\n", 1) for block in CONSOLE for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


def test_there_are_examples() -> None:
    assert (len(PYTHON), len(COMMANDS)) == (2, 2)


@pytest.mark.parametrize("source", PYTHON, ids=["triton", "kserve"])
def test_python(source: str, address: str) -> None:
    expected = re.findall(r"^print\(.*\)  # (.*)$", source, re.MULTILINE)
    here = source.replace("localhost:8080", address)
    ran = subprocess.run([sys.executable, "-c", here], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == expected, ran.stderr


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=["metadata", "inference"])
def test_command(command: str, printed: str, address: str) -> None:
    here = command.replace("localhost:8080", address)
    ran = subprocess.run(here, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    # Three dots stand for what differs from version to version.
    pattern = ".*".join(re.escape(part) for part in printed.strip().split("..."))
    assert re.fullmatch(pattern, ran.stdout.strip()), ran.stdout + ran.stderr
