"""A request as it arrived, and the taking apart of its query and its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

from kmsproof_reference.kms.errors import ParseRequestParameterException

PARAMETER_LIMIT = 100
"""The most parameters that a request may have; no operation has half as many."""

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class HttpRequest:
    """A request, whole."""

    method: str
    path: str
    """As it was sent, with its percent signs."""
    query: bytes
    """As it was sent, without the question mark."""
    headers: Mapping[str, str]
    """By names in lower case, without blanks around the values."""
    body: bytes

    @cached_property
    def query_parameters(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the URL. Raises `ParseRequestParameterException`."""
        return _pairs(self.query)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of the URL and of the form in the body, by their names.

        Raises `ParseRequestParameterException` when they cannot be read, or one is there twice.
        """
        pairs = (*self.query_parameters, *self._form_parameters())
        parameters = dict(pairs)
        if len(parameters) != len(pairs):
            raise ParseRequestParameterException("a parameter is there twice; send it once")
        return parameters

    def _form_parameters(self) -> tuple[tuple[str, str], ...]:
        if not self.body:
            return ()
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise ParseRequestParameterException(
                f"a body is read as {FORM} only; send parameters in the URL"
            )
        return _pairs(self.body)


def _pairs(encoded: bytes) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(
            parse_qsl(
                encoded.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=PARAMETER_LIMIT,
            )
        )
    except ValueError as error:
        raise ParseRequestParameterException(
            "the parameters are not percent-encoded UTF-8, or are too many"
        ) from error
