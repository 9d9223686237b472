"""The exceptions of the reference."""

import pytest

from kmsproof_reference.errors import (
    InvalidArgument,
    InvalidCiphertext,
    InvalidKey,
    InvalidPoint,
    InvalidSignatureEncoding,
    MalformedDer,
    Refusal,
)

OF_DATA = [InvalidCiphertext, InvalidPoint, InvalidSignatureEncoding, MalformedDer]


@pytest.mark.parametrize("error", [InvalidArgument, InvalidKey, *OF_DATA])
def test_every_exception_is_a_refusal(error: type[Exception]) -> None:
    assert issubclass(error, Refusal)


def test_only_an_unmet_precondition_is_a_value_error() -> None:
    assert issubclass(InvalidArgument, ValueError)
    assert issubclass(InvalidKey, InvalidArgument)
    assert not [error for error in OF_DATA if issubclass(error, ValueError)]
