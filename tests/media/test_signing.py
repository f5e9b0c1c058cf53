"""Content Credentials with a made certificate: what is signed, what breaks it, what is said without the extra."""

from __future__ import annotations

import builtins
import datetime
import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import masters
import pytest

from variantgen.campaign.disclosure import Change
from variantgen.campaign.signing import EXTRA, actions_of, credentials_of, sign_variant, signing_identity
from variantgen.errors import UserError
from variantgen.media.probe import probe
from variantgen.pipeline import Request, render

pytestmark = pytest.mark.media

CHANGES = (
    Change("reframed", "cropped, from 1920x1080 to 1080x1920"),
    Change("captions_recognised", "the captions' words come from speech recognition"),
    Change("music_added", "music added under the sound"),
)


@dataclass(frozen=True)
class Signer:
    """Files of a made certificate chain and of its key."""

    chain: Path
    key: Path


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A made authority and a certificate of its own for signing; nobody trusts it."""
    pytest.importorskip("c2pa", reason=f"Content Credentials are tried with the extra only: {EXTRA}")
    return made_signer(tmp_path_factory.mktemp("certificates"))


def made_signer(folder: Path, name: str = "signer") -> Signer:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.datetime.now(datetime.UTC)

    def certificate(common_name: str, issuer: Any = None, issuer_key: Any = None) -> tuple[Any, Any]:
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "variantgen tests"),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
        is_authority = issuer is None
        builder = x509.CertificateBuilder(
            issuer_name=named if is_authority else issuer.subject,
            subject_name=named,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - datetime.timedelta(days=1),
            not_valid_after=now + datetime.timedelta(days=30),
        )
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        extensions: list[tuple[Any, bool]] = [
            (x509.BasicConstraints(ca=is_authority, path_length=None), True),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()), False),
            (
                x509.KeyUsage(
                    digital_signature=True,
                    key_cert_sign=is_authority,
                    crl_sign=is_authority,
                    decipher_only=False,
                    **usage,
                ),
                True,
            ),
        ]
        if not is_authority:
            extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False))
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(issuer_key or key, hashes.SHA256()), key

    authority, authority_key = certificate("Made authority")
    leaf, key = certificate("Made signer", authority, authority_key)
    pem = serialization.Encoding.PEM
    chain_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    chain_file.write_bytes(leaf.public_bytes(pem) + authority.public_bytes(pem))
    key_file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return Signer(chain_file, key_file)


def signed(folder: Path, shelf: Path, signer: Signer, **changes: Any) -> tuple[Path, Path]:
    """A film copied to a folder and signed there, and its master."""
    master = masters.stamped(shelf, 40, Fraction(30))
    file = folder / "film.mp4"
    file.write_bytes(master.read_bytes())
    values: dict[str, Any] = {
        "master": master,
        "master_sha256": hashlib.sha256(master.read_bytes()).hexdigest(),
        "title": "film.mp4",
        "version": "0.0.1",
        "specification": {"preset": "tiktok", "levels": {"hook": "face"}},
    }
    added = sign_variant(file, signing_identity(signer.chain, signer.key), CHANGES, **{**values, **changes})
    assert added == file.stat().st_size - master.stat().st_size > 0
    return file, master


def test_a_signed_film_says_what_was_done_and_from_what(tmp_path, shelf, signer):
    """Valid though nobody trusts it; opened from the master, cropped, edited, transcoded; hash and specification in."""
    file, master = signed(tmp_path, shelf, signer)
    told = credentials_of(file)
    assert told["state"] == "Valid"
    manifest = told["manifest"]
    assertions = {one["label"]: one["data"] for one in manifest["assertions"]}
    (actions,) = [data["actions"] for label, data in assertions.items() if label.startswith("c2pa.actions")]
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.cropped", "c2pa.edited", "c2pa.transcoded"]
    assert [(one["title"], one["relationship"]) for one in manifest["ingredients"]] == [(master.name, "parentOf")]
    ours = assertions["org.variantgen.variant"]
    assert ours["master"] == {"name": master.name, "sha256": hashlib.sha256(master.read_bytes()).hexdigest()}
    assert ours["specification"] == {"preset": "tiktok", "levels": {"hook": "face"}}
    assert manifest["signature_info"]["common_name"] == "Made signer"
    assert probe(file).frames == 40
    assert [one.name for one in tmp_path.iterdir()] == ["film.mp4"]


def test_one_changed_byte_breaks_the_signature(tmp_path, shelf, signer):
    """What was signed is the picture, not only the words about it."""
    file, _ = signed(tmp_path, shelf, signer)
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"mdat") + 200] ^= 0xFF
    file.write_bytes(raw)
    assert credentials_of(file)["state"] == "Invalid"


def test_credentials_of_the_master_travel_along(tmp_path, shelf, signer):
    """A variant of a signed master holds the master's own manifest, still valid."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    master, _ = signed(tmp_path / "a", shelf, signer)
    file, _ = signed(tmp_path / "b", shelf, signer, master=master)
    told = credentials_of(file)
    assert told["state"] == "Valid"
    assert told["manifest"]["ingredients"][0].get("active_manifest")


def test_a_master_of_another_form_is_named_all_the_same(tmp_path, shelf, signer):
    """A Matroska master cannot be opened by C2PA; its name and hash are told."""
    other = tmp_path / "film.mkv"
    other.write_bytes(b"\x1a\x45\xdf\xa3")
    (tmp_path / "out").mkdir()
    file, _ = signed(tmp_path / "out", shelf, signer, master=other)
    told = credentials_of(file)
    assert told["state"] == "Valid" and told["manifest"]["ingredients"][0]["title"] == "film.mkv"


def test_an_unsigned_film_has_no_credentials(shelf, signer):
    """Reading one says so, and raises nothing."""
    assert credentials_of(masters.stamped(shelf, 40, Fraction(30))) == {"state": "", "manifest": {}}


def test_what_a_person_declares_synthetic_is_marked_so(tmp_path):
    """With IPTC's source type; who wrote the captions and who paid are no actions."""
    actions = actions_of([Change("generated_scene", "x"), Change("paid_partnership", "y"), *CHANGES])
    assert [action["action"] for action in actions] == [
        *("c2pa.edited", "c2pa.cropped", "c2pa.edited", "c2pa.transcoded"),
    ]
    assert ["digitalSourceType" in action for action in actions] == [True, False, False, False]


def test_wrong_files_are_told_one_by_one(tmp_path, shelf, signer):
    """Not a certificate, not a key, a key of another, a form without credentials: each names its file."""
    other = made_signer(tmp_path, "other")
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing", "utf-8")
    with pytest.raises(UserError, match=r"nothing\.pem: holds no certificates"):
        signing_identity(nothing, signer.key)
    with pytest.raises(UserError, match=r"nothing\.pem: is no unencrypted private key"):
        signing_identity(signer.chain, nothing)
    with pytest.raises(UserError, match=r"other\.key: is not the key of the first certificate"):
        signing_identity(signer.chain, other.key)
    with pytest.raises(UserError, match=r"missing\.pem: cannot be read"):
        signing_identity(tmp_path / "missing.pem", signer.key)
    webm = tmp_path / "film.webm"
    webm.write_bytes(b"x")
    identity = signing_identity(signer.chain, signer.key)
    with pytest.raises(UserError, match=r"film\.webm: cannot hold Content Credentials: allowed are \.mp4"):
        sign_variant(webm, identity, CHANGES, master=webm, master_sha256="0" * 64, title="x", version="1")
    assert webm.read_bytes() == b"x"


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch):
    """A sentence, not a traceback."""
    imported = builtins.__import__

    def missing(name: str, *values: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "c2pa":
            raise ImportError(name)
        return imported(name, *values, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UserError, match=r'pip install "variantgen\[c2pa\]"'):
        signing_identity(Path("a.pem"), Path("a.key"))


def test_a_campaigns_files_are_signed(tmp_path, shelf, studio, signer, nobody_in_sight):
    """With [c2pa] every file that can hold credentials has them, and a second run leaves it as it is."""
    film = masters.stamped(shelf, 60, Fraction(15), name="signed campaign")
    (tmp_path / "film.mp4").write_bytes(film.read_bytes())
    studio.placement("tiny")
    campaign = studio.folder / "placements" / "signed.toml"
    campaign.write_text(
        'schema_version = 1\nname = "signed"\nobjective = "awareness"\n'
        f'masters = ["{(tmp_path / "film.mp4").as_posix()}"]\nchannels = [{{ preset = "tiny.toml", as = "organic" }}]\n'
        f'[c2pa]\ncertificate = "{signer.chain.as_posix()}"\nkey = "{signer.key.as_posix()}"\n',
        "utf-8",
    )
    request = Request(
        masters=(), campaign=campaign, out=tmp_path / "out", store=studio.folder / "store", ffmpeg=str(studio.ffmpeg)
    )
    (made,) = render(request, lambda event: None).results
    assert made.status == "made", made.error
    told = credentials_of(tmp_path / "out" / made.file)
    assert told is not None and told["state"] == "Valid" and made.id in str(told)
    (again,) = render(request, lambda event: None).results
    assert again.status == "unchanged"
