"""A plan as JSON: a contract with other programs, which only grows."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from variantgen.model import Piece, Plan, ShotFraming, Variant
from variantgen.plan import overlays
from variantgen.plan.parts import told_part

SCHEMA_VERSION = 1


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan in the contract's words: frames as integers, rates as fractions in text, no path of the machine."""
    master = plan.master
    return {
        "schema_version": SCHEMA_VERSION,
        "master": {
            "name": master.name,
            "fingerprint": master.fingerprint,
            "width": master.width,
            "height": master.height,
            "frame_rate": str(master.frame_rate),
            "frames": master.frames,
            "notes": list(master.notes),
        },
        "variants": [_variant(variant) for variant in plan.variants],
        "parts": {key: _plain(told_part(part)) for key, part in plan.parts.items()},
        "refusals": [asdict(refusal) for refusal in plan.refusals],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    cues = [{"start_frame": c.start_frame, "end_frame": c.end_frame, "text": c.text} for c in variant.cues]
    laid = {"overlays": [overlays.told(one) for one in variant.overlays]} if variant.overlays else {}
    return {
        "id": variant.id,
        "preset": variant.preset,
        "file": variant.file,
        "title": variant.title,
        "container": variant.container,
        "width": variant.width,
        "height": variant.height,
        "frame_rate": str(variant.frame_rate),
        "frames": variant.frames,
        "pieces": [_piece(piece) for piece in variant.pieces],
        "cues": cues,
        "sidecar": next((delivery.form for delivery in variant.deliveries if delivery.file), ""),
        "language": variant.language,
        "length_seconds": variant.length_seconds,
        "told": list(variant.told),
        "speed": str(variant.speed),
        "captions": [{"form": d.form, "language": d.language, "file": d.file} for d in variant.deliveries],
        "soundtrack": _plain(asdict(variant.soundtrack)) if variant.soundtrack else None,
        "encode": _plain(asdict(variant.encode)) if variant.encode else None,
        "predicted_megabytes": variant.predicted_megabytes,
        "why": list(variant.why),
        **laid,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": piece.source,
        "start_frame": piece.start_frame,
        "end_frame": piece.end_frame,
        "fit": piece.fit,
        "why": piece.why,
        "parts": list(piece.parts),
    }
    if piece.fit in ("crop", "split") and piece.source == "master":
        told["crop"] = [list(key) for key in piece.crop]
    if piece.fit == "split":
        told["lower_crop"] = [list(key) for key in piece.lower_crop]
    if piece.framing:
        told["framing"] = [_shot(shot) for shot in piece.framing]
    if piece.card is not None:
        told["card"] = {"kind": piece.card.kind, "text": piece.card.text}
    return told


def _shot(shot: ShotFraming) -> dict[str, Any]:
    told = _plain(asdict(shot))
    if shot.punch_in == 1:
        del told["punch_in"]
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Fraction) else value
