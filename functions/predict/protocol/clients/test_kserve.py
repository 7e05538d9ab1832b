"""KServe's client, unchanged, against the local server."""

import asyncio
from typing import Any

import httpx
import numpy as np
import pytest
from conftest import Digits
from kserve import InferenceRESTClient, InferInput, InferRequest, InferResponse, RESTConfig
from kserve.protocol.infer_type import RequestedOutput


def ask(method: str, *args: Any, **kwargs: Any) -> Any:
    async def asked() -> Any:
        async with InferenceRESTClient(RESTConfig(protocol="v2", retries=0)) as client:
            return await getattr(client, method)(*args, **kwargs)

    return asyncio.run(asked())


def request_of(images: np.ndarray, binary_in: bool = True, datatype: str = "FP32", **kwargs: Any) -> InferRequest:
    tensor = InferInput("images", list(images.shape), datatype)
    tensor.set_data_from_numpy(images, binary_data=binary_in)
    return InferRequest(model_name="digits", infer_inputs=[tensor], **kwargs)


def outputs_of(response: InferResponse) -> dict[str, np.ndarray]:
    return {output.name: output.as_numpy() for output in response.outputs}


def refusal(*args: Any, **kwargs: Any) -> tuple[int, str]:
    """The status and the message of the exception that a call ends with."""
    with pytest.raises(httpx.HTTPStatusError) as caught:
        ask(*args, **kwargs)
    return caught.value.response.status_code, str(caught.value)


def test_server_is_live_and_ready(url: str) -> None:
    assert ask("is_server_live", url) is True
    assert ask("is_server_ready", url) is True


def test_model_is_ready_and_another_is_not(url: str) -> None:
    assert ask("is_model_ready", url, "digits") is True
    assert ask("is_model_ready", url, "letters") is False


@pytest.mark.parametrize("count", [1, 3, 32])
@pytest.mark.parametrize("binary_out", [False, True], ids=["json_out", "binary_out"])
@pytest.mark.parametrize("binary_in", [False, True], ids=["json_in", "binary_in"])
def test_digits_are_recognised(url: str, digits: Digits, binary_in: bool, binary_out: bool, count: int) -> None:
    request = request_of(digits.images[:count], binary_in, parameters={"binary_data_output": binary_out})
    headers: dict[str, str] = {}
    response = ask("infer", url, request, model_name="digits", response_headers=headers)
    assert headers["content-type"] == ("application/octet-stream" if binary_out else "application/json")
    assert response.model_name == "digits"
    outputs = outputs_of(response)
    assert outputs["probabilities"].shape == (count, 10)
    np.testing.assert_allclose(outputs["probabilities"].sum(axis=1), 1, atol=1e-5)
    assert outputs["digit"].tolist() == digits.labels[:count].tolist()
    assert outputs["probabilities"].argmax(axis=1).tolist() == digits.labels[:count].tolist()


def test_json_and_binary_agree_to_the_last_bit(url: str, digits: Digits) -> None:
    results = [
        outputs_of(
            ask(
                "infer",
                url,
                request_of(digits.images[:8], binary_in, parameters={"binary_data_output": binary_out}),
                model_name="digits",
            )
        )["probabilities"]
        for binary_in in (False, True)
        for binary_out in (False, True)
    ]
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_outputs_are_chosen_one_by_one(url: str, digits: Digits) -> None:
    wanted = [RequestedOutput("digit", {"binary_data": True})]
    request = request_of(digits.images[:2], request_outputs=wanted)
    outputs = outputs_of(ask("infer", url, request, model_name="digits"))
    assert list(outputs) == ["digit"]
    assert outputs["digit"].tolist() == digits.labels[:2].tolist()


def test_bytes_are_images_too(url: str, digits: Digits) -> None:
    floats = outputs_of(ask("infer", url, request_of(digits.images[:2]), model_name="digits"))
    for binary_in in (False, True):
        request = request_of(digits.bytes[:2], binary_in, "UINT8")
        outputs = outputs_of(ask("infer", url, request, model_name="digits"))
        np.testing.assert_array_equal(outputs["probabilities"], floats["probabilities"])


def test_nested_lists(url: str, digits: Digits) -> None:
    tensor = InferInput("images", [2, 28, 28], "FP32", data=digits.images[:2].tolist())
    request = InferRequest(model_name="digits", infer_inputs=[tensor])
    assert outputs_of(ask("infer", url, request, model_name="digits"))["digit"].tolist() == [7, 2]


@pytest.mark.parametrize("rest", [{}, {"id": None, "parameters": None, "outputs": None}, {"id": "of mine"}], ids=str)
def test_a_dictionary_with_and_without_an_id(url: str, digits: Digits, rest: dict[str, Any]) -> None:
    tensor = {"name": "images", "shape": [1, 28, 28], "datatype": "FP32", "data": digits.images[:1].flatten().tolist()}
    response = ask("infer", url, {"inputs": [tensor], **rest}, model_name="digits")
    assert outputs_of(response)["digit"].tolist() == [7]
    assert response.id == rest.get("id")


def test_request_id_is_answered(url: str, digits: Digits) -> None:
    request = request_of(digits.images[:1], request_id="of mine")
    assert ask("infer", url, request, model_name="digits").id == "of mine"
    # Without one, the client makes it up.
    assert ask("infer", url, request_of(digits.images[:1]), model_name="digits").id


def test_every_version_is_asked_by_its_path(url: str, digits: Digits) -> None:
    versions = httpx.get(f"{url}/v2/models/digits").json()["versions"]
    for version in versions:
        # The client itself knows no versions.
        assert ask("is_model_ready", url, f"digits/versions/{version}") is True
        response = ask("infer", url, request_of(digits.images[:8]), model_name=f"digits/versions/{version}")
        assert outputs_of(response)["digit"].tolist() == digits.labels[:8].tolist()


def test_the_function_is_found_under_its_own_path(url: str, digits: Digits) -> None:
    base = f"{url}/functions/predict"
    assert ask("is_server_ready", base) is True
    assert outputs_of(ask("infer", base, request_of(digits.images[:1]), model_name="digits"))["digit"].tolist() == [7]


class TestRefusals:
    """KServe's client shows the error of a problem in its exception."""

    def test_unknown_model(self, url: str, digits: Digits) -> None:
        status, message = refusal("infer", url, request_of(digits.images[:1]), model_name="letters")
        assert status == 404
        assert message.startswith('There is no model "letters", only "digits".')

    def test_unknown_version(self, url: str, digits: Digits) -> None:
        status, message = refusal("infer", url, request_of(digits.images[:1]), model_name="digits/versions/999")
        assert status == 404
        assert message.startswith('There is no version "999" of the model; there are: 1')

    @pytest.mark.parametrize("binary_in", [False, True], ids=["json_in", "binary_in"])
    @pytest.mark.parametrize(
        ("images", "datatype", "expected"),
        [
            (np.zeros((1, 28, 27), np.float32), "FP32", "/inputs/0/shape: Expected [n, 28, 28] with n images"),
            (np.zeros((33, 28, 28), np.float32), "FP32", "/inputs/0/shape/0: Expected 1 to 32 images, received 33"),
            (np.zeros((1, 28, 28), np.float64), "FP64", "/inputs/0/datatype: Expected FP32 (a number from 0 to 1) or"),
        ],
        ids=["27 columns", "33 images", "FP64"],
    )
    def test_what_is_no_image(
        self, url: str, images: np.ndarray, datatype: str, expected: str, binary_in: bool
    ) -> None:
        status, message = refusal("infer", url, request_of(images, binary_in, datatype), model_name="digits")
        assert (status, message.startswith(expected)) == (400, True), message

    def test_a_value_that_is_no_number_is_told_with_its_place(self, url: str) -> None:
        images = np.full((1, 28, 28), np.nan, np.float32)
        status, message = refusal("infer", url, request_of(images), model_name="digits")
        assert (status, message.startswith("/inputs/0: The value at [0, 0, 0] is NaN;")) == (400, True), message
        status, message = refusal("infer", url, request_of(images, binary_in=False), model_name="digits")
        assert (status, message.startswith("/inputs/0/data/0: Expected a number from 0 to 1;")) == (400, True), message

    def test_data_of_another_length_than_the_shape_says(self, url: str, digits: Digits) -> None:
        request = request_of(digits.images[:1])
        request.inputs[0].shape = [2, 28, 28]
        status, message = refusal("infer", url, request, model_name="digits")
        expected = "/inputs/0/parameters/binary_data_size: Expected 6272 bytes for the shape and the datatype"
        assert (status, message.startswith(expected)) == (400, True), message

    def test_a_deadline_that_has_passed(self, url: str, digits: Digits) -> None:
        request = request_of(digits.images[:1], parameters={"timeout": 1})
        status, message = refusal("infer", url, request, model_name="digits")
        assert (status, message.startswith("The deadline passed")) == (504, True), message

    def test_a_path_where_nothing_is(self, url: str) -> None:
        status, message = refusal("is_server_ready", f"{url}/v2")
        assert (status, message.startswith("Nothing is at /v2/v2/health/ready.")) == (404, True), message
