"""Content Credentials (C2PA): a finished file and its changes in, the same file signed with the user's certificate out.

Needs the extra [c2pa]. What is signed is what was done, in the words of the C2PA specification
(https://spec.c2pa.org); whether anybody trusts the certificate is not decided here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variantgen.campaign.disclosure import Change, ChangeKind
from variantgen.errors import UserError

if TYPE_CHECKING:
    from types import ModuleType

EXTRA = 'pip install "variantgen[c2pa]"'

SIGNABLE = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}
"""Forms that credentials can be put into, beside pictures; a WebM or a GIF gets none."""
INGREDIENTS = SIGNABLE | {".m4v": "video/mp4", ".avi": "video/avi"}

ACTIONS: dict[ChangeKind, str] = {
    "reframed": "c2pa.cropped",
    "split_screen": "c2pa.cropped",
    "tone_mapped": "c2pa.color_adjustments",
    "captions_recognised": "",
    "captions_written": "",
    "captions_of_unknown_origin": "",
    "paid_partnership": "",
}
"""The specification's action for a kind of change; "" is none. All others are c2pa.edited."""

SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's digital source type of media that holds parts made by a trained model, for changes that a person declares."""
_SYNTHETIC_KINDS = ("synthetic_voice", "cloned_voice", "generated_scene", "altered_person")


@dataclass(frozen=True)
class Identity:
    """Who signs: a chain of certificates (PEM, one's own first) and its private key (PEM), and the algorithm."""

    chain: bytes
    key: bytes
    algorithm: str


def signing_identity(certificates: Path, key: Path) -> Identity:
    """Reads a certificate chain and its key; UserError where a file is not what it should be or they do not match."""
    _c2pa()  # first what is missing, then what is wrong
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    chain, secret = _read(certificates), _read(key)
    try:
        own = x509.load_pem_x509_certificates(chain)[0]
    except ValueError as error:
        raise UserError(f"{certificates}: holds no certificates (PEM): {error}") from error
    try:
        private = load_pem_private_key(secret, password=None)
    except (ValueError, TypeError) as error:
        raise UserError(f"{key}: is no unencrypted private key (PEM): {error}") from error
    if private.public_key() != own.public_key():
        raise UserError(f"{key}: is not the key of the first certificate in {certificates}")
    return Identity(chain, secret, _algorithm(private, key))


def actions_of(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes as actions of c2pa.actions, in order; that the master was opened is added when a file is signed."""
    actions = []
    for change in changes:
        action = ACTIONS.get(change.kind, "c2pa.edited")
        if not action:
            continue
        made: dict[str, Any] = {"action": action, "description": f"{change.kind.replace('_', ' ')}: {change.words}"}
        if change.kind in _SYNTHETIC_KINDS:
            made["digitalSourceType"] = SYNTHETIC
        actions.append(made)
    # every variant is encoded anew
    return [*actions, {"action": "c2pa.transcoded", "description": "encoded for its placement"}]


def sign_variant(
    file: Path,
    identity: Identity,
    changes: Sequence[Change],
    *,
    master: Path,
    master_sha256: str,
    title: str,
    version: str,
    specification: dict[str, Any] | None = None,
) -> int:
    """Puts signed credentials into a finished file, in its place; the bytes that they add.

    The master is their parent ingredient, with whatever credentials it has; its SHA-256 (64 hex digits) and a
    variant's specification stand in an assertion of their own. Nothing is asked of any network, so there is no
    timestamp. Signing comes last: tags and metadata written afterwards would break the signature. Raises UserError for
    a form that takes no credentials and for a certificate that C2PA does not take.
    """
    c2pa = _c2pa()
    form = SIGNABLE.get(file.suffix.lower())
    if form is None:
        raise UserError(f"{file.name}: cannot hold Content Credentials: allowed are {', '.join(SIGNABLE)}")
    facts = {"master": {"name": master.name, "sha256": master_sha256}, "specification": specification or {}}
    builder = c2pa.Builder(
        {
            "claim_generator_info": [{"name": "variantgen", "version": version}],
            "title": title,
            "assertions": [{"label": "org.variantgen.variant", "data": facts}],
        }
    )
    scratch = file.with_name(f".{file.stem}.{os.getpid()}.signing{file.suffix}")
    before = file.stat().st_size
    try:
        with builder, _signer(c2pa, identity) as signer:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)  # opened from its parent
            _add_master(builder, master)
            for action in actions_of(changes):
                builder.add_action(action)
            builder.sign_file(str(file), str(scratch), signer)
        scratch.replace(file)
    except c2pa.C2paError as error:
        raise UserError(f"{file.name}: could not be signed: {error}") from error
    finally:
        scratch.unlink(missing_ok=True)
    return file.stat().st_size - before


def credentials_of(file: Path) -> dict[str, Any]:
    """What a file's credentials say: `state` ("Valid", "Trusted", "Invalid"; "" for none) and the active `manifest`."""
    import json

    c2pa = _c2pa()
    try:
        with c2pa.Reader(str(file)) as reader:
            told = json.loads(reader.json())
            return {
                "state": reader.get_validation_state() or "",
                "manifest": told["manifests"][told["active_manifest"]],
            }
    except c2pa.C2paError:
        return {"state": "", "manifest": {}}


def _add_master(builder: Any, master: Path) -> None:
    form = INGREDIENTS.get(master.suffix.lower())
    ingredient = {"title": master.name, "relationship": "parentOf"}
    if form is None:
        # a form that c2pa cannot open is named, and its hash stands in our own assertion
        builder.add_ingredient(
            ingredient | {"format": "application/octet-stream"}, "application/octet-stream", _nothing()
        )
        return
    with master.open("rb") as source:
        builder.add_ingredient(ingredient, form, source)


def _nothing() -> Any:
    import io

    return io.BytesIO(b"\0")


def _signer(c2pa: Any, identity: Identity) -> Any:
    algorithm = getattr(c2pa.C2paSigningAlg, identity.algorithm)
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, identity.chain, identity.key, None))


def _algorithm(private: Any, key: Path) -> str:
    """The signing algorithm of a key, of those that C2PA allows."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ED25519"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= 2048:
        return "PS256"
    curves = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in curves:
        return curves[private.curve.name]
    raise UserError(
        f"{key}: is of a kind that C2PA does not take: allowed are P-256, P-384, P-521, Ed25519, RSA of 2048+"
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from error


def _c2pa() -> ModuleType:
    try:
        import c2pa
    except ImportError as error:
        raise UserError(f"signing with Content Credentials needs an extra: {EXTRA}") from error
    return c2pa
