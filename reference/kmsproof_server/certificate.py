"""A certificate for tests, made at start: self-signed, for loopback, good for some days."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CERTIFICATE_FILE = "kmsproof-test-certificate.pem"
PRIVATE_KEY_FILE = "kmsproof-test-private-key.pem"

LIFETIME = timedelta(days=30)

_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class CertificateFiles:
    """Where the certificate is, which clients need to trust, and its private key."""

    certificate: Path
    private_key: Path


def write_certificate(folder: Path, host: str) -> CertificateFiles:
    """Make a certificate for loopback and ``host`` and write it into a folder.

    A certificate that is there is replaced. Raises `OSError` when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = generate_private_key(SECP256R1())
    files = CertificateFiles(folder / CERTIFICATE_FILE, folder / PRIVATE_KEY_FILE)
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    files.private_key.unlink(missing_ok=True)
    descriptor = os.open(files.private_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(encoded)
    names = dict.fromkeys((*_NAMES, host))
    files.certificate.write_bytes(_certificate(key, list(names)).public_bytes(Encoding.PEM))
    return files


def _certificate(key: EllipticCurvePrivateKey, names: list[str]) -> x509.Certificate:
    """A certificate that is its own authority, so that a client can trust it alone (RFC 5280)."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kmsproof test server")])
    public, now = key.public_key(), datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    return (
        x509.CertificateBuilder(subject, subject, public, x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, names)), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(key, SHA256())
    )


_KEY_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
