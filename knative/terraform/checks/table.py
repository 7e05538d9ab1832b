"""Writes the table of variables into the README: python knative/terraform/checks/table.py"""

from module import FOLDER, variables

README = FOLDER / "README.md"
BEGIN, END = "<!-- variables -->\n", "<!-- /variables -->\n"


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def table() -> str:
    rows = [
        f"| `{variable.name}` | `{cell(variable.type)}` | "
        f"{'required' if variable.default is None else f'`{cell(variable.default)}`'} | {cell(variable.description)} |"
        for variable in sorted(variables(), key=lambda variable: variable.default is not None)
    ]
    return "\n".join(["| variable | type | default | what it says |", "| --- | --- | --- | --- |", *rows]) + "\n"


def with_table(readme: str) -> str:
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
