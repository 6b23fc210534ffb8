"""Yingda 应答: an open-source omnichannel cloud contact centre."""

__version__ = "0.1.0"
