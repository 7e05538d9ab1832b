"""Triton's clients, unchanged, against the local server. Each test runs with both of them."""

from typing import Any, Callable, Iterator

import numpy as np
import pytest
from conftest import Digits
from triton import CLIENTS, Triton
from tritonclient.http import InferenceServerClient
from tritonclient.utils import InferenceServerException


@pytest.fixture(params=CLIENTS)
def triton(request: pytest.FixtureRequest, address: str) -> Iterator[Triton]:
    client = Triton(request.param, address)
    yield client
    client.close()


def refusal(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[str, str]:
    """The status and the message of the exception that a call ends with."""
    with pytest.raises(InferenceServerException) as caught:
        call(*args, **kwargs)
    return caught.value.status(), caught.value.message()


def test_server_is_live_and_ready(triton: Triton) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()


def test_server_metadata(triton: Triton) -> None:
    metadata = triton.get_server_metadata()
    assert metadata["name"] == "quartet"
    assert {"binary_tensor_data", "classification"} <= set(metadata["extensions"])


def test_model_metadata(triton: Triton) -> None:
    metadata = triton.get_model_metadata("digits")
    assert metadata["name"] == "digits"
    assert metadata["inputs"] == [{"name": "images", "datatype": "FP32", "shape": [-1, 28, 28]}]
    assert metadata["outputs"] == [
        {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
        {"name": "digit", "datatype": "INT64", "shape": [-1]},
    ]


def test_every_version_of_the_model_is_described_ready_and_answers(triton: Triton, digits: Digits) -> None:
    versions = triton.get_model_metadata("digits")["versions"]
    assert versions
    for version in versions:
        assert triton.get_model_metadata("digits", version)["versions"] == versions
        assert triton.is_model_ready("digits", version)
        result = triton.infer("digits", [triton.input(digits.images[:16])], model_version=version)
        assert result.get_response()["model_version"] == version
        assert result.as_numpy("digit").tolist() == digits.labels[:16].tolist()


def test_model_is_ready_and_others_are_not(triton: Triton) -> None:
    assert triton.is_model_ready("digits")
    assert not triton.is_model_ready("letters")
    assert not triton.is_model_ready("digits", "999")


def test_model_config(triton: Triton) -> None:
    config = triton.get_model_config("digits")
    assert config["max_batch_size"] == 32
    assert [tensor["name"] for tensor in config["input"]] == ["images"]
    assert triton.get_model_config("digits", "1")["name"] == "digits"


def test_repository_index(triton: Triton) -> None:
    index = triton.get_model_repository_index()
    assert [each["version"] for each in index] == triton.get_model_metadata("digits")["versions"]
    assert {(each["name"], each["state"]) for each in index} == {("digits", "READY")}


@pytest.mark.parametrize("count", [1, 3, 32])
@pytest.mark.parametrize("binary_out", [False, True], ids=["json_out", "binary_out"])
@pytest.mark.parametrize("binary_in", [False, True], ids=["json_in", "binary_in"])
def test_digits_are_recognised(triton: Triton, digits: Digits, binary_in: bool, binary_out: bool, count: int) -> None:
    images, labels = digits.images[:count], digits.labels[:count]
    outputs = [triton.output(name, binary_data=binary_out) for name in ["probabilities", "digit"]]
    result = triton.infer("digits", [triton.input(images, binary_in)], outputs=outputs)
    probabilities, digit = result.as_numpy("probabilities"), result.as_numpy("digit")
    assert (probabilities.dtype, probabilities.shape) == (np.float32, (count, 10))
    assert (digit.dtype, digit.shape) == (np.int64, (count,))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert digit.tolist() == probabilities.argmax(axis=1).tolist()
    assert digit.tolist() == labels.tolist()


def test_json_and_binary_agree_to_the_last_bit(triton: Triton, digits: Digits) -> None:
    results = [
        triton.infer(
            "digits",
            [triton.input(digits.images[:8], binary_in)],
            outputs=[triton.output("probabilities", binary_data=binary_out)],
        ).as_numpy("probabilities")
        for binary_in in (False, True)
        for binary_out in (False, True)
    ]
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_500_digits_in_batches(triton: Triton, digits: Digits) -> None:
    found = [
        triton.infer("digits", [triton.input(digits.images[start : start + 25])]).as_numpy("digit")
        for start in range(0, 500, 25)
    ]
    assert np.mean(np.concatenate(found) == digits.labels[:500]) >= 0.99


def test_without_requested_outputs_all_are_answered_in_binary(triton: Triton, digits: Digits) -> None:
    response = triton.infer("digits", [triton.input(digits.images[:2])]).get_response()
    sizes = {each["name"]: each["parameters"]["binary_data_size"] for each in response["outputs"]}
    assert sizes == {"probabilities": 80, "digit": 16}


def test_request_id_is_answered_where_it_is_given(triton: Triton, digits: Digits) -> None:
    inputs = [triton.input(digits.images[:1])]
    assert triton.infer("digits", inputs, request_id="of mine").get_response()["id"] == "of mine"
    assert "id" not in triton.infer("digits", inputs).get_response()


def test_bytes_are_images_too(triton: Triton, digits: Digits) -> None:
    floats = triton.infer("digits", [triton.input(digits.images[:4])]).as_numpy("probabilities")
    for binary_in in (False, True):
        inputs = [triton.input(digits.bytes[:4], binary_in, "UINT8")]
        np.testing.assert_array_equal(triton.infer("digits", inputs).as_numpy("probabilities"), floats)


@pytest.mark.parametrize("shape", [(2, 784), (2, 1, 28, 28), (2, 28, 28, 1)], ids=str)
def test_other_layouts_of_images(triton: Triton, digits: Digits, shape: tuple[int, ...]) -> None:
    for binary_in in (False, True):
        inputs = [triton.input(digits.images[:2].reshape(shape), binary_in)]
        assert triton.infer("digits", inputs).as_numpy("digit").tolist() == digits.labels[:2].tolist()


@pytest.mark.parametrize("binary_out", [False, True], ids=["json_out", "binary_out"])
def test_classification(triton: Triton, digits: Digits, binary_out: bool) -> None:
    outputs = [triton.output("probabilities", binary_data=binary_out, class_count=3)]
    result = triton.infer("digits", [triton.input(digits.images[:2])], outputs=outputs)
    classes = result.as_numpy("probabilities")
    assert classes.shape == (2, 3)
    texts = [each.decode() if isinstance(each, bytes) else each for each in classes.flatten()]
    likeliest = [int(text.split(":")[1]) for text in texts[::3]]
    assert likeliest == digits.labels[:2].tolist()


def test_parameters_of_other_servers_are_no_error(triton: Triton, digits: Digits) -> None:
    result = triton.infer(
        "digits",
        [triton.input(digits.images[:1])],
        sequence_id=7,
        sequence_start=True,
        priority=1,
        timeout=60_000_000,
        parameters={"mine": 1},
    )
    assert result.as_numpy("digit").tolist() == [7]


def test_the_function_is_found_under_its_own_path(address: str, digits: Digits) -> None:
    for module in CLIENTS:
        client = Triton(module, f"{address}/functions/predict")
        assert client.is_model_ready("digits")
        assert client.infer("digits", [client.input(digits.images[:1])]).as_numpy("digit").tolist() == [7]
        client.close()


def test_many_requests_at_once(address: str, digits: Digits) -> None:
    triton = Triton(CLIENTS[0], address)
    with InferenceServerClient(address, concurrency=8) as client:
        waiting = [client.async_infer("digits", [triton.input(digits.images[at : at + 1])]) for at in range(64)]
        found = [each.get_result().as_numpy("digit")[0] for each in waiting]
    triton.close()
    assert found == digits.labels[:64].tolist()


def test_a_packed_response_may_be_asked_for(triton: Triton, digits: Digits) -> None:
    inputs = [triton.input(digits.images[:1])]
    for algorithm in ("gzip", "deflate"):
        result = triton.infer("digits", inputs, response_compression_algorithm=algorithm)
        assert result.as_numpy("digit").tolist() == [7]


class TestRefusals:
    def test_unknown_model(self, triton: Triton, digits: Digits) -> None:
        expected = ("404", 'There is no model "letters", only "digits".')
        assert refusal(triton.get_model_metadata, "letters") == expected
        assert refusal(triton.get_model_config, "letters") == expected
        assert refusal(triton.infer, "letters", [triton.input(digits.images[:1])]) == expected

    def test_unknown_version(self, triton: Triton, digits: Digits) -> None:
        status, message = refusal(triton.infer, "digits", [triton.input(digits.images[:1])], model_version="999")
        assert status == "404"
        assert message.startswith('There is no version "999" of the model; there are: 1')
        assert refusal(triton.get_model_metadata, "digits", "999") == (status, message)

    @pytest.mark.parametrize("binary_in", [False, True], ids=["json_in", "binary_in"])
    @pytest.mark.parametrize(
        ("images", "datatype", "message"),
        [
            (np.zeros((1, 27, 28), np.float32), "FP32", "/inputs/0/shape: Expected [n, 28, 28] with n images"),
            (np.zeros((28, 28), np.float32), "FP32", "/inputs/0/shape: Expected [n, 28, 28] with n images"),
            (np.zeros((33, 28, 28), np.float32), "FP32", "/inputs/0/shape/0: Expected 1 to 32 images, received 33"),
            (np.zeros((1, 28, 28), np.float64), "FP64", "/inputs/0/datatype: Expected FP32 (a number from 0 to 1) or"),
            (np.zeros((1, 28, 28), np.int32), "INT32", "/inputs/0/datatype: Expected FP32 (a number from 0 to 1) or"),
            (np.full((1, 28, 28), 255, np.float32), "FP32", "expected a number from 0 to 1"),
        ],
        ids=["27 rows", "no batch", "33 images", "FP64", "INT32", "255 as a float"],
    )
    def test_what_is_no_image(
        self, triton: Triton, images: np.ndarray, datatype: str, message: str, binary_in: bool
    ) -> None:
        status, received = refusal(triton.infer, "digits", [triton.input(images, binary_in, datatype)])
        assert status == "400"
        assert message.lower() in received.lower()

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.5, 1.5])
    def test_a_value_that_is_no_grey_is_told_with_its_place(self, triton: Triton, value: float) -> None:
        images = np.zeros((2, 28, 28), np.float32)
        images[1, 2, 19] = value
        status, message = refusal(triton.infer, "digits", [triton.input(images)])
        assert status == "400"
        assert message.startswith("/inputs/0: The value at [1, 2, 19] is ")
        status, message = refusal(triton.infer, "digits", [triton.input(images, binary_data=False)])
        assert status == "400"
        expected = "/inputs/0/data/859: Expected a number from 0 to 1" if np.isfinite(value) else "is not valid JSON"
        assert expected in message

    @pytest.mark.parametrize("binary_in", [False, True], ids=["json_in", "binary_in"])
    def test_data_of_another_length_than_the_shape_says(
        self, triton: Triton, digits: Digits, binary_in: bool
    ) -> None:
        tensor = triton.input(digits.images[:1], binary_in).set_shape([2, 28, 28])
        in_octets = "/inputs/0/parameters/binary_data_size: Expected 6272 bytes for the shape and the datatype"
        in_json = "/inputs/0/data: Expected 1568 numbers, received 784"
        status, message = refusal(triton.infer, "digits", [tensor])
        assert (status, message.startswith(in_octets if binary_in else in_json)) == ("400", True), message

    def test_unknown_names(self, triton: Triton, digits: Digits) -> None:
        tensor = triton.module.InferInput("pictures", [1, 28, 28], "FP32").set_data_from_numpy(digits.images[:1])
        expected = ("400", '/inputs/0/name: Expected "images", received "pictures"')
        assert refusal(triton.infer, "digits", [tensor]) == expected
        outputs = [triton.output("logits")]
        expected = ("400", '/outputs/0/name: Expected "probabilities" or "digit", received "logits"')
        assert refusal(triton.infer, "digits", [triton.input(digits.images[:1])], outputs=outputs) == expected

    def test_inputs_that_are_none_or_too_many(self, triton: Triton, digits: Digits) -> None:
        tensor = triton.input(digits.images[:1])
        assert refusal(triton.infer, "digits", []) == ("400", "/inputs: Expected the input of the model, images")
        assert refusal(triton.infer, "digits", [tensor, tensor])[0] == "400"

    def test_a_deadline_that_has_passed(self, triton: Triton, digits: Digits) -> None:
        status, message = refusal(triton.infer, "digits", [triton.input(digits.images[:1])], timeout=1)
        assert (status, message.startswith("The deadline passed")) == ("504", True)

    def test_a_packed_request(self, triton: Triton, digits: Digits) -> None:
        inputs = [triton.input(digits.images[:1])]
        expected = ("415", "A body with content-encoding gzip is not read here. Send it plain.")
        assert refusal(triton.infer, "digits", inputs, request_compression_algorithm="gzip") == expected

    def test_a_body_that_is_too_large(self, triton: Triton) -> None:
        images = np.zeros((700, 28, 28), np.float32)
        status, message = refusal(triton.infer, "digits", [triton.input(images)])
        assert (status, message) == ("413", "The body is over the limit of 2097152 bytes for this route.")

    def test_tensors_in_shared_memory(self, triton: Triton, digits: Digits) -> None:
        tensor = triton.module.InferInput("images", [1, 28, 28], "FP32")
        tensor.set_shared_memory("region", 3136)
        status, message = refusal(triton.infer, "digits", [tensor])
        assert (status, "There is no shared memory here" in message) == ("400", True)
        output = triton.output("digit")
        output.set_shared_memory("region", 8)
        status, message = refusal(triton.infer, "digits", [triton.input(digits.images[:1])], outputs=[output])
        assert (status, "There is no shared memory here" in message) == ("400", True)

    @pytest.mark.parametrize(
        ("method", "args", "message"),
        [
            ("load_model", ["digits"], "Models are not loaded by request"),
            ("unload_model", ["digits"], "Models are not unloaded by request"),
            ("get_inference_statistics", [], "Statistics are not kept in this form"),
            ("get_inference_statistics", ["digits"], "Statistics are not kept in this form"),
            ("get_inference_statistics", ["digits", "1"], "Statistics are not kept in this form"),
            ("get_system_shared_memory_status", [], "There is no shared memory"),
            ("get_system_shared_memory_status", ["region"], "There is no shared memory"),
            ("register_system_shared_memory", ["region", "key", 8], "There is no shared memory"),
            ("unregister_system_shared_memory", [], "There is no shared memory"),
            ("get_cuda_shared_memory_status", [], "There is no shared memory"),
            ("register_cuda_shared_memory", ["region", "AAAA", 0, 8], "There is no shared memory"),
            ("unregister_cuda_shared_memory", ["region"], "There is no shared memory"),
            ("get_trace_settings", [], "Tracing is not set by request"),
            ("get_trace_settings", ["digits"], "Tracing is not set by request"),
            ("update_trace_settings", ["digits", {"trace_level": ["OFF"]}], "Tracing is not set by request"),
            ("get_log_settings", [], "Logging is not set by request"),
            ("update_log_settings", [{"log_info": True}], "Logging is not set by request"),
        ],
        ids=lambda value: value if isinstance(value, str) and value.islower() else "",
    )
    def test_what_is_not_here_says_so(self, triton: Triton, method: str, args: list[Any], message: str) -> None:
        status, received = refusal(getattr(triton, method), *args)
        assert status == "404"
        assert message in received
