"""Keys that a PKCS#11 token has made: what the token itself says of them, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest
from pkcs11.constants import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error

from kmsproof.messages import CreateKey, DestroyKey, GetPublicKey
from kmsproof.outcome import Ok, Rejected
from kmsproof.vocabulary import KeySpec, KeyUsage, ProtectionLevel
from kmsproof_adapters.pkcs11 import ADAPTER
from kmsproof_adapters.pkcs11.login import find_token, load_module
from kmsproof_adapters.pkcs11.uri import parse_uri
from kmsproof_reference.ec_key_encoding import encode_private_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_testing.asking import Asker, value_of
from kmsproof_testing.key_pairs import CURVES
from nss import NssToken
from softhsm import SofthsmToken

if TYPE_CHECKING:
    from pkcs11.types import Session

SECRETS = (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY)
ENCRYPTING, SIGNING = KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY
USES = (Attribute.ENCRYPT, Attribute.DECRYPT, Attribute.SIGN, Attribute.VERIFY, Attribute.DERIVE)

NO_USES: set[Attribute] = set()

KEYS = [
    (KeySpec.AES_256, ENCRYPTING, ({Attribute.ENCRYPT, Attribute.DECRYPT}, NO_USES)),
    (KeySpec.RSA_2048, ENCRYPTING, ({Attribute.DECRYPT}, {Attribute.ENCRYPT})),
    (KeySpec.RSA_2048, SIGNING, ({Attribute.SIGN}, {Attribute.VERIFY})),
    (KeySpec.EC_P256, SIGNING, ({Attribute.SIGN}, {Attribute.VERIFY})),
    (KeySpec.EC_P256, ENCRYPTING, ({Attribute.DERIVE}, NO_USES)),
]
"""Key specs and usages, with what the secret object may be used for, and the public one."""


@dataclass(frozen=True)
class Watched:
    """A token that is open as a target, and a session of the test's own that sees its objects."""

    asker: Asker
    session: Session

    def objects(self) -> dict[int, Any]:
        """All objects by their handles; python-pkcs11 does not type what it finds."""
        return {cast(Any, one).handle: one for one in self.session.get_objects()}

    def created(self, key_spec: KeySpec, usage: KeyUsage) -> tuple[str, list[Any]]:
        """Make a key, where that is declared; return its handle and the objects that are new."""
        declared = self.asker.describe().keys
        if not any(k.create and key_spec in k.key_specs and usage in k.usages for k in declared):
            pytest.skip(f"the token makes no keys of {key_spec} to {usage}")
        before = self.objects()
        level = ProtectionLevel.SOFTWARE
        request = CreateKey(key_spec=key_spec, usage=usage, protection_level=level)
        key = value_of(self.asker.target.create_key(request)).key
        return key, [one for handle, one in self.objects().items() if handle not in before]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("softhsm_token", marks=pytest.mark.softhsm),
        pytest.param("nss_token", marks=pytest.mark.nss),
    ],
)
def watched(request: pytest.FixtureRequest) -> Iterator[Watched]:
    """Each of the two tokens."""
    token: SofthsmToken | NssToken = request.getfixturevalue(request.param)
    argument = token.uri.removeprefix("pkcs11:")
    asker = Asker(ADAPTER.open(argument))
    uri = parse_uri(argument)
    module = load_module(uri.module_path, uri.library_parameters)
    with find_token(module, uri).open() as session:
        yield Watched(asker, session)
        asker.close()


def uses_of(one: Any) -> set[Attribute]:
    """The uses that an object is good for; a token may not know an attribute of another class."""
    found: set[Attribute] = set()
    for use in USES:
        try:
            if one[use]:
                found.add(use)
        except PKCS11Error:
            continue
    return found


@pytest.mark.parametrize(("key_spec", "usage", "uses"), KEYS)
def test_token_keeps_what_it_makes(
    watched: Watched,
    key_spec: KeySpec,
    usage: KeyUsage,
    uses: tuple[set[Attribute], set[Attribute]],
) -> None:
    key, made = watched.created(key_spec, usage)
    kept = [one for one in made if one[Attribute.CLASS] in SECRETS]
    public = [one for one in made if one[Attribute.CLASS] not in SECRETS]
    assert (len(kept), len(public)) == (1, 0 if key_spec.is_symmetric else 1)
    assert kept[0][Attribute.SENSITIVE] is True
    assert kept[0][Attribute.EXTRACTABLE] is False
    assert not any(one[Attribute.TOKEN] for one in made)
    assert uses_of(kept[0]) == uses[0]
    assert all(uses_of(one) - {Attribute.DERIVE} == uses[1] for one in public)
    secret = Attribute.PRIVATE_EXPONENT if key_spec is KeySpec.RSA_2048 else Attribute.VALUE
    with pytest.raises(PKCS11Error):
        assert kept[0][secret] is not None
    assert isinstance(watched.asker.destroy(key), Ok)


@pytest.mark.parametrize("key_spec", [KeySpec.AES_128, KeySpec.RSA_2048, KeySpec.EC_P256])
def test_destroyed_key_has_no_object_left(watched: Watched, key_spec: KeySpec) -> None:
    before = watched.objects().keys()
    usage = ENCRYPTING if key_spec.is_symmetric else SIGNING
    key, made = watched.created(key_spec, usage)
    assert made
    assert isinstance(watched.asker.target.destroy_key(DestroyKey(key=key)), Ok)
    assert watched.objects().keys() == before


def test_point_that_is_none_is_not_given_out(watched: Watched) -> None:
    """SoftHSM takes a private key whose public point is beside the curve; it has no encoding."""
    encoded = encode_private_key(EcPrivateKey(CURVES[KeySpec.EC_P256], 5))
    beside = encoded[:-1] + bytes([encoded[-1] ^ 1])
    imported = watched.asker.import_private(beside, KeySpec.EC_P256, SIGNING)
    if isinstance(imported, Ok):
        key = imported.value.key
        outcome = watched.asker.target.get_public_key(GetPublicKey(key=key))
        assert isinstance(outcome, Rejected)
        assert outcome.native_code == "unfit-public-key"
        assert isinstance(watched.asker.destroy(key), Ok)
    else:
        assert isinstance(imported, Rejected)
