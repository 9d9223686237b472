"""How the shared API's requests are signed: three schemes, each with what is signed and how.

Source:    Alibaba Cloud, "Request signatures" of the RPC style, version 3 and version 4.

`ACS3-HMAC-SHA256` and `ACS4-HMAC-SHA256` sign a canonical request and stand in the header
``Authorization``; the older `HMAC-SHA1` signs the parameters and is one of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from kmsproof_reference.kms.errors import IncompleteSignature, MissingParameter
from kmsproof_server.shared.http_request import HttpRequest

UNRESERVED = "-_.~"
"""What stays as it is beside letters and digits (RFC 3986 §2.3)."""

_AUTHORIZATION = re.compile(
    r"(?P<algorithm>ACS[34]-HMAC-SHA256) +Credential=(?P<credential>[^,\s]+), *"
    r"SignedHeaders=(?P<headers>[^,\s]+), *Signature=(?P<signature>[0-9a-f]{64})"
)
_SCOPE = re.compile(r"(?P<date>[0-9]{8})/(?P<region>[^/]+)/(?P<product>[^/]+)/aliyun_v4_request")


@dataclass(frozen=True)
class SignedRequest(ABC):
    """A request whose signature has been read and not yet verified."""

    request: HttpRequest
    access_key_id: str
    signature: str

    @property
    @abstractmethod
    def timestamp(self) -> str | None:
        """When it was signed, as it says."""

    @property
    @abstractmethod
    def nonce(self) -> str | None:
        """What no other request of the caller has."""

    @property
    @abstractmethod
    def action(self) -> str | None:
        """The operation, from a place that is signed."""

    @property
    @abstractmethod
    def version(self) -> str | None:
        """The version of the API, from a place that is signed."""

    @abstractmethod
    def signature_under(self, secret: str) -> str:
        """Return the right signature under the secret of an AccessKey."""

    @abstractmethod
    def check_coverage(self) -> None:
        """Raise `IncompleteSignature` unless everything that matters is signed."""

    def is_signed_with(self, secret: str) -> bool:
        """Return whether the signature is right, in a time that tells nothing of it."""
        return hmac.compare_digest(
            self.signature_under(secret).encode(), self.signature.encode("utf-8")
        )


@dataclass(frozen=True)
class HeaderSignature(SignedRequest):
    """``Authorization: ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…``."""

    signed_headers: tuple[str, ...]
    algorithm: ClassVar[str] = "ACS3-HMAC-SHA256"

    @property
    def timestamp(self) -> str | None:
        """The header ``x-acs-date``."""
        return self.request.headers.get("x-acs-date")

    @property
    def nonce(self) -> str | None:
        """The header ``x-acs-signature-nonce``."""
        return self.request.headers.get("x-acs-signature-nonce")

    @property
    def action(self) -> str | None:
        """The header ``x-acs-action``, or else the parameter ``Action``."""
        return self.request.headers.get("x-acs-action") or self.request.parameters.get("Action")

    @property
    def version(self) -> str | None:
        """The header ``x-acs-version``, or else the parameter ``Version``."""
        return self.request.headers.get("x-acs-version") or self.request.parameters.get("Version")

    def check_coverage(self) -> None:
        """The host, all ``x-acs-`` headers and the body must be signed."""
        headers = self.request.headers
        must = {name for name in headers if name == "host" or name.startswith("x-acs-")}
        if not must <= set(self.signed_headers) <= set(headers):
            raise IncompleteSignature("sign the host and every x-acs- header, and no absent one")
        if headers.get("x-acs-content-sha256") != self.body_hash:
            raise IncompleteSignature("x-acs-content-sha256 is not the hash of the body")

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body in lower-case hexadecimal digits."""
        return hashlib.sha256(self.request.body).hexdigest()

    def canonical_request(self) -> str:
        """What is hashed before it is signed; its lines are in the order of the source."""
        headers = "".join(
            f"{name}:{self.request.headers[name]}\n" for name in sorted(self.signed_headers)
        )
        return "\n".join(
            (
                self.request.method,
                self.request.path,
                canonical_parameters(self.request.query_parameters),
                headers,
                ";".join(self.signed_headers),
                self.body_hash,
            )
        )

    def signature_under(self, secret: str) -> str:
        """HMAC-SHA256 in lower-case hexadecimal digits."""
        digest = hashlib.sha256(self.canonical_request().encode()).hexdigest()
        to_sign = f"{self.algorithm}\n{digest}"
        return hmac.digest(self.signing_key(secret), to_sign.encode(), "sha256").hex()

    def signing_key(self, secret: str) -> bytes:
        """The secret itself."""
        return secret.encode()


@dataclass(frozen=True)
class ScopedHeaderSignature(HeaderSignature):
    """``Authorization: ACS4-HMAC-SHA256``, whose key is good for one day, region and product."""

    date: str
    region: str
    product: str
    algorithm: ClassVar[str] = "ACS4-HMAC-SHA256"

    def check_coverage(self) -> None:
        """As in version 3; the day is that of the request and the product is this one."""
        super().check_coverage()
        if self.date != (self.timestamp or "")[:10].replace("-", ""):
            raise IncompleteSignature("the date of the credential is not that of x-acs-date")
        if self.product.lower() != "kms":
            raise IncompleteSignature("the credential is for another product")

    def signing_key(self, secret: str) -> bytes:
        """The chain of HMACs over date, region and product."""
        key = f"aliyun_v4{secret}".encode()
        for step in (self.date, self.region, self.product, "aliyun_v4_request"):
            key = hmac.digest(key, step.encode(), "sha256")
        return key


@dataclass(frozen=True)
class ParameterSignature(SignedRequest):
    """The older signature: the parameter ``Signature``, HMAC-SHA1 over all others."""

    @property
    def timestamp(self) -> str | None:
        """The parameter ``Timestamp``."""
        return self.request.parameters.get("Timestamp")

    @property
    def nonce(self) -> str | None:
        """The parameter ``SignatureNonce``."""
        return self.request.parameters.get("SignatureNonce")

    @property
    def action(self) -> str | None:
        """The parameter ``Action``: headers are not signed."""
        return self.request.parameters.get("Action")

    @property
    def version(self) -> str | None:
        """The parameter ``Version``."""
        return self.request.parameters.get("Version")

    def check_coverage(self) -> None:
        """The method is the only one there is, and no header says something else."""
        parameters = self.request.parameters
        if parameters.get("SignatureMethod") != "HMAC-SHA1":
            raise IncompleteSignature("SignatureMethod is HMAC-SHA1")
        if parameters.get("SignatureVersion") != "1.0":
            raise IncompleteSignature("SignatureVersion is 1.0")
        if self.request.headers.get("x-acs-action", self.action) != self.action:
            raise IncompleteSignature("the header x-acs-action is not signed and says another")

    def signature_under(self, secret: str) -> str:
        """HMAC-SHA1 in base64; the key is the secret and an ampersand."""
        signed = [
            (name, value) for name, value in self.request.parameters.items() if name != "Signature"
        ]
        to_sign = "&".join(
            (self.request.method, encoded("/"), encoded(canonical_parameters(signed)))
        )
        return base64.b64encode(
            hmac.digest(f"{secret}&".encode(), to_sign.encode(), "sha1")
        ).decode()


def read_signature(request: HttpRequest) -> SignedRequest:
    """Find out how a request is signed.

    Raises `IncompleteSignature` for a header that cannot be read, and `MissingParameter` when the
    request is not signed at all.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return _from_header(request, header)
    access_key_id = request.parameters.get("AccessKeyId")
    signature = request.parameters.get("Signature")
    if not access_key_id:
        raise MissingParameter("AccessKeyId")
    if not signature:
        raise MissingParameter("Signature")
    return ParameterSignature(request, access_key_id, signature)


def _from_header(request: HttpRequest, header: str) -> HeaderSignature:
    found = _AUTHORIZATION.fullmatch(header)
    if found is None:
        raise IncompleteSignature("the header Authorization cannot be read")
    headers = tuple(found["headers"].lower().split(";"))
    if found["algorithm"] == HeaderSignature.algorithm:
        return HeaderSignature(request, found["credential"], found["signature"], headers)
    access_key_id, _, scope_text = found["credential"].partition("/")
    scope = _SCOPE.fullmatch(scope_text)
    if scope is None:
        raise IncompleteSignature("the scope of the credential cannot be read")
    return ScopedHeaderSignature(
        request, access_key_id, found["signature"], headers, **scope.groupdict()
    )


def canonical_parameters(parameters: Iterable[tuple[str, str]]) -> str:
    """Return parameters sorted by name and encoded, as they are signed."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters))


def encoded(text: str) -> str:
    """Return a text percent-encoded as in RFC 3986: a blank is %20."""
    return quote(text, safe=UNRESERVED)
