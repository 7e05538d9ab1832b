"""What can be known of the module without its providers."""

import json
import subprocess

import pytest
from module import FILES, FOLDER, Variable, addresses, blocks, named, references, variables
from table import README, with_table

HCLFMT = "github.com/hashicorp/hcl/v2/cmd/hclfmt@v2.25.0"


@pytest.mark.parametrize("variable", variables(), ids=lambda variable: variable.name)
def test_a_variable_says_what_it_is_and_refuses_what_it_is_not(variable: Variable) -> None:
    assert variable.type
    assert variable.description.endswith(".")
    # Of a boolean every value is right by itself, and what it asks of others is checked where there is something.
    assert variable.validations
    for validation in variable.validations:
        assert f"var.{variable.name}" in validation["condition"]
        assert validation["error_message"].strip('"').endswith(".")


def test_every_variable_is_used_and_every_one_used_is_there() -> None:
    assert references(r"var\.(\w+)") == {variable.name for variable in variables()}


def test_every_local_is_used_and_every_one_used_is_there() -> None:
    assert references(r"local\.(\w+)") == {name for block in blocks("locals") for name in block}


def test_what_is_referred_to_is_there() -> None:
    kinds = "helm_release|kubectl_manifest|terraform_data"
    assert references(rf"((?:{kinds})\.\w+)") <= addresses("resource")
    assert references(r"data\.(\w+\.\w+)") == addresses("data")


def test_every_provider_that_is_used_is_required_with_a_version() -> None:
    (required,) = (block for body in blocks("terraform") for block in body["required_providers"])
    # What begins with terraform_ is the language's own.
    used = {address.split("_")[0] for address in addresses("resource") | addresses("data")} - {"terraform"}
    assert used == set(required) == set(named("provider"))
    for provider in used:
        assert required[provider]["version"].strip('"').startswith("~> ")


def test_every_output_says_what_it_is() -> None:
    for output in named("output").values():
        assert output["description"].strip('"').endswith(".")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_formatted(file) -> None:
    """By the formatter of the language, which `terraform fmt` stands on."""
    printed = subprocess.run(["go", "run", HCLFMT, file], capture_output=True, text=True, check=True)
    assert printed.stdout == file.read_text()


def test_what_the_defaults_name_is_there() -> None:
    assert (FOLDER / "../overlays/production/kustomization.yaml").is_file()
    assert (FOLDER / "../components/monitoring/alertmanager.yaml").is_file()


def test_the_table_of_the_readme_is_current() -> None:
    readme = README.read_text()
    assert with_table(readme) == readme, "Run: python knative/terraform/checks/table.py"


def test_the_functions_are_those_of_the_list() -> None:
    listed = subprocess.run(
        ["node", "--input-type=module", "-e", "import {functions} from './functions/list.ts'; console.log(JSON.stringify(Object.keys(functions)))"],
        cwd=FOLDER.parent.parent, capture_output=True, text=True, check=True,
    )
    (functions,) = (block["functions"] for block in blocks("locals") if "functions" in block)
    assert sorted(json.loads(listed.stdout)) == sorted(json.loads(functions.removeprefix("${toset(").removesuffix(")}").replace("'", '"')))
