"""Every value that flows through variantgen, frozen: masters, analyses, plans, checks, events.

Frames are integers at one exact rate, spans are half-open, rectangles are x, y, w, h in the master's
upright square pixels, and what is in seconds says so in its name.
"""

from variantgen.model.analysis import (
    Analysis,
    CaptionTrack,
    FrameSpan,
    Interest,
    Loudness,
    Rectangle,
    SecondsSpan,
    SourceCue,
    Subject,
    SubjectBox,
    SubjectKind,
    Word,
)
from variantgen.model.master import (
    AudioTrack,
    Colour,
    DynamicRange,
    Master,
    SubtitleTrack,
)
from variantgen.model.outcome import (
    Check,
    VariantResult,
)
from variantgen.model.plan import (
    Card,
    CropKey,
    Cue,
    Encode,
    Fit,
    FramingMark,
    Look,
    Motion,
    Part,
    Piece,
    Plan,
    Refusal,
    ShotFraming,
    SoundPiece,
    Soundtrack,
    Variant,
)

__all__ = [
    "Analysis",
    "AudioTrack",
    "CaptionTrack",
    "Card",
    "Check",
    "Colour",
    "CropKey",
    "Cue",
    "DynamicRange",
    "Encode",
    "Fit",
    "FrameSpan",
    "FramingMark",
    "Interest",
    "Look",
    "Loudness",
    "Master",
    "Motion",
    "Part",
    "Piece",
    "Plan",
    "Rectangle",
    "Refusal",
    "SecondsSpan",
    "ShotFraming",
    "SoundPiece",
    "Soundtrack",
    "SourceCue",
    "Subject",
    "SubjectBox",
    "SubjectKind",
    "SubtitleTrack",
    "Variant",
    "VariantResult",
    "Word",
]
