"""The Terraform module beside this folder, as python-hcl2 reads it."""

import re
from dataclasses import dataclass
from pathlib import Path

import hcl2

FOLDER = Path(__file__).parent.parent
FILES = sorted(FOLDER.glob("*.tf"))


@dataclass(frozen=True)
class Variable:
    name: str
    type: str
    description: str
    default: str | None
    """As the module has it; None is none, so that it has to be said."""
    validations: tuple[dict, ...]


def unquoted(text: str) -> str:
    """What stands between the quotes, where there are some."""
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text


def without_notes(value):
    """Without what the parser says of the text: its comments, and what was a block."""
    if isinstance(value, list):
        return [without_notes(item) for item in value]
    if isinstance(value, dict):
        return {key: without_notes(item) for key, item in value.items() if not key.startswith("__")}
    return value


def blocks(kind: str) -> list[dict]:
    """Every block of a kind, such as `resource`, of all files."""
    return [block for file in FILES for block in without_notes(hcl2.loads(file.read_text())).get(kind, [])]


def named(kind: str) -> dict[str, dict]:
    """Blocks of a kind that has one label, by it."""
    return {unquoted(label): body for block in blocks(kind) for label, body in block.items()}


def addresses(kind: str) -> set[str]:
    """Blocks of a kind that has two labels, as others refer to them: `helm_release.monitoring`."""
    return {
        f"{unquoted(type_)}.{unquoted(name)}" for block in blocks(kind) for type_, bodies in block.items() for name in bodies
    }


def variables() -> list[Variable]:
    source = (FOLDER / "variables.tf").read_text()
    return [
        Variable(
            name,
            " ".join(str(body.get("type", "")).removeprefix("${").removesuffix("}").split()),
            unquoted(body.get("description", "")),
            default_in(source, name) if "default" in body else None,
            tuple(body.get("validation", ())),
        )
        for name, body in named("variable").items()
    ]


def default_in(source: str, name: str) -> str:
    """A default as it is written; a parser tells null from a missing one only by that it is there."""
    block = source.split(f'variable "{name}" {{\n')[1].split("\n}\n")[0]
    return re.search(r"^  default += (.*)$", block, re.MULTILINE).group(1)


def references(pattern: str) -> set[str]:
    """What the module refers to: `references(r"var\\.(\\w+)")`."""
    return {match for file in FILES for match in re.findall(rf"(?<![\w.]){pattern}", file.read_text())}
