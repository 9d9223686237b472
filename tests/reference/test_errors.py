"""The exceptions of the reference."""

import pytest

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext, Refusal


@pytest.mark.parametrize("error", [InvalidArgument, InvalidCiphertext])
def test_every_exception_is_a_refusal(error: type[Exception]) -> None:
    assert issubclass(error, Refusal)


def test_only_an_unmet_precondition_is_a_value_error() -> None:
    assert issubclass(InvalidArgument, ValueError)
    assert not issubclass(InvalidCiphertext, ValueError)
