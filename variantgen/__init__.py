"""variantgen: one master in, every channel's variant out."""

__version__ = "0.1.0"
