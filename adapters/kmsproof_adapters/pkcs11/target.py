"""A PKCS#11 token as a target: what it declares, how its keys are loaded, how it is let go."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pkcs11.constants import SlotFlag
from pkcs11.exceptions import PKCS11Error

from kmsproof.capability import (
    PROTOCOL_VERSION,
    AlgorithmCapability,
    Description,
    KeyCapability,
)
from kmsproof.errors import TargetStartError
from kmsproof.messages import Close, CreateKey
from kmsproof.outcome import Done, KeyHandle, Ok, Outcome
from kmsproof.text import printable, shortened
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    KeyPart,
    KeySpec,
    KeyUsage,
    ProtectionLevel,
)
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.asymmetric import BOTH_USAGES, asymmetric_keys
from kmsproof_adapters.installed import adapter_version, version_of
from kmsproof_adapters.local_target import KeyLoader, LocalTarget
from kmsproof_adapters.pkcs11 import aes, ec, making, rsa
from kmsproof_adapters.pkcs11.codes import code_name, outcome_of
from kmsproof_adapters.pkcs11.ec import CurveOffer
from kmsproof_adapters.pkcs11.functions import Functions
from kmsproof_adapters.pkcs11.login import find_token, load_module, log_in
from kmsproof_adapters.pkcs11.material import EcMaterial
from kmsproof_adapters.pkcs11.pairs import Offer
from kmsproof_adapters.pkcs11.rsa import RsaOffer
from kmsproof_adapters.pkcs11.uri import TokenUri

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Module
    from pkcs11.types import Session, Slot, Token


@dataclass(frozen=True)
class Answers:
    """What a token says of itself, and what was found out by trying."""

    aes_refusal: str
    """The code with which it refuses an AES key from outside."""
    rsa: RsaOffer
    curves: tuple[CurveOffer, ...]
    creatable: tuple[KeySpec, ...]
    """Of which key specs it makes keys."""

    @classmethod
    def of(cls, slot: Slot, session: Session) -> Answers:
        """Ask the token.

        Raises:
            PKCS11Error: if it does not say.
        """
        offer = Offer(slot)
        key_specs = making.creatable(slot, session, tuple(KeySpec))
        rsa_offer, curves = rsa.ask(session, offer), ec.ask(session, offer)
        return cls(import_refusal(session), rsa_offer, curves, key_specs)

    def curve(self, key_spec: KeySpec) -> CurveOffer:
        """Return what the token does on a curve that it declares."""
        return next(curve for curve in self.curves if curve.key_spec is key_spec)


def open_token(uri: TokenUri) -> TokenTarget:
    """Open a session on the token that a URI names.

    Raises:
        UsageError: if module, token or PIN are not right.
        TargetStartError: if module or token do not work.
    """
    module = load_module(uri.module_path, uri.library_parameters)
    token = find_token(module, uri)
    session = log_in(token, uri.pin)
    try:
        answers = Answers.of(token.slot, session)
        description = describe_token(module, token, answers)
        return TokenTarget(session, Functions(module.so), description, answers)
    except PKCS11Error as error:
        with contextlib.suppress(PKCS11Error):
            session.close()
        raise TargetStartError(
            "The PKCS#11 token does not say what it can do: "
            f"{code_name(error) or shortened(printable(str(error)))}.",
            "See with another program, such as pkcs11-tool --list-mechanisms, whether it works.",
        ) from None


class TokenTarget(LocalTarget):
    """A session on a token; its keys are session objects and end with it at the latest."""

    def __init__(
        self, session: Session, functions: Functions, description: Description, answers: Answers
    ) -> None:
        """Take a session that is logged in."""
        loaders: dict[KeySpec, KeyLoader] = {
            **dict.fromkeys(AES_KEY_SPECS, partial(aes.load_key, session, functions)),
            **dict.fromkeys(answers.rsa.key_specs, partial(rsa.load_key, session, answers.rsa)),
            **{curve.key_spec: partial(ec.load_key, session, curve) for curve in answers.curves},
        }
        super().__init__(description, loaders)
        self._session: Session | None = session
        self._functions = functions
        self._answers = answers

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """Make a key in the token, which never lets it out."""
        refusal = self.unfit_to_create(request)
        if refusal is not None:
            return refusal
        try:
            return Ok(KeyHandle(self._made(self._open_session(), request)))
        except PKCS11Error as error:
            return outcome_of(error)

    def _open_session(self) -> Session:
        if self._session is None:
            raise RuntimeError("a key is made while the session is open")
        return self._session

    def _made(self, session: Session, request: CreateKey) -> str:
        key_spec, usage = request.key_spec, request.usage
        if key_spec.is_symmetric:
            secret = making.make_aes_key(session, key_spec)
            return self.hold(aes.TokenAesKey(session, self._functions, secret))
        if key_spec in RSA_MODULUS_BITS:
            pair = making.make_rsa_pair(session, key_spec, usage)
            offer = self._answers.rsa
            return self.hold(rsa.TokenRsaKey(usage, KeyPart.PRIVATE, pair.objects, offer))
        pair = making.make_ec_pair(session, key_spec, usage)
        numbers = EcMaterial(ec.PARAMETERS[key_spec], pair.point, None)
        curve = self._answers.curve(key_spec)
        return self.hold(
            ec.TokenEcKey(session, usage, KeyPart.PRIVATE, numbers, pair.objects, curve)
        )

    def close(self, request: Close) -> Outcome[Done]:
        """Destroy all keys, log out, close the session."""
        destroyed = super().close(request)
        session, self._session = self._session, None
        if session is None:
            return destroyed
        try:
            session.close()
        except PKCS11Error as error:
            return outcome_of(error)
        return destroyed


def describe_token(module: Module, token: Token, answers: Answers) -> Description:
    """Put what a token says of itself into the words of the protocol.

    Raises:
        PKCS11Error: if it does not say.
    """
    cryptoki = module.cryptoki_version
    hardware = SlotFlag.HW_SLOT in token.slot.flags
    level = ProtectionLevel.HARDWARE if hardware else ProtectionLevel.SOFTWARE
    algorithms = (
        *aes.capabilities(token.slot, level, cryptoki),
        *answers.rsa.capabilities(level),
        *(capability for curve in answers.curves for capability in curve.capabilities(level)),
    )
    maker = shortened(printable(f"{token.manufacturer_id} {token.model}".strip()), 80)
    library = shortened(printable(module.library_description), 80)
    return Description(
        protocol=PROTOCOL_VERSION,
        name=maker or "PKCS#11 token",
        version=(
            f"library {_dotted(module.library_version)}, firmware {_dotted(token.firmware_version)}"
        ),
        keys=_keys(level, algorithms, answers),
        algorithms=algorithms,
        adapter=f"{adapter_version()}, python-pkcs11 {version_of('python-pkcs11')}",
        notes=(f"Cryptoki {_dotted(cryptoki)}", f"library: {library}", *_notes(answers)),
    )


def _notes(answers: Answers) -> Iterator[str]:
    if answers.aes_refusal:
        yield f"takes no AES key from outside: {answers.aes_refusal}"
    yield from answers.rsa.notes
    yield from (curve.note for curve in answers.curves if curve.note)


def _keys(
    level: ProtectionLevel, algorithms: tuple[AlgorithmCapability, ...], answers: Answers
) -> tuple[KeyCapability, ...]:
    """Declare the keys that are good for anything, each for what it is good for."""
    usages: dict[KeySpec, set[KeyUsage]] = {}
    for capability in algorithms:
        signs = capability.algorithm in SIGNATURE_ALGORITHMS
        usage = KeyUsage.SIGN_VERIFY if signs else KeyUsage.ENCRYPT_DECRYPT
        for key_spec in capability.key_specs:
            usages.setdefault(key_spec, set()).add(usage)
    declared: list[KeyCapability] = []
    aes_key_specs = tuple(key_spec for key_spec in AES_KEY_SPECS if key_spec in usages)
    importable = () if answers.aes_refusal else (KeyPart.SECRET,)
    for create, key_specs in _by_creation(answers, aes_key_specs):
        declared.append(aes_keys(level, key_specs, importable, create=create))
    families = [(answers.rsa.key_specs, answers.rsa.imports)]
    families += [((curve.key_spec,), curve.imports) for curve in answers.curves]
    for of_family, imports in families:
        for create, key_specs in _by_creation(answers, of_family):
            good_for = {usage for key_spec in key_specs for usage in usages.get(key_spec, ())}
            if good_for:
                uses = tuple(usage for usage in BOTH_USAGES if usage in good_for)
                parts = imports.parts
                declared.append(asymmetric_keys(level, key_specs, parts, uses, create=create))
    return tuple(declared)


def _by_creation(
    answers: Answers, key_specs: tuple[KeySpec, ...]
) -> Iterator[tuple[bool, tuple[KeySpec, ...]]]:
    """Yield those of some key specs of which the token makes keys, then the others."""
    for create in (True, False):
        found = tuple(each for each in key_specs if (each in answers.creatable) is create)
        if found:
            yield create, found


def import_refusal(session: Session) -> str:
    """Try to create a key on the token, and return the code with which it refuses, if it does.

    No flag of PKCS#11 says whether keys can come from outside; a TPM, for one, takes none.
    """
    try:
        aes.create_key(session, bytes(16)).destroy()
    except PKCS11Error as error:
        return code_name(error) or shortened(printable(str(error)))
    return ""


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
