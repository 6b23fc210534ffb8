"""Numbers and trunks, what can be told from a number, and the port to the switch (``telephony.switch``)."""

from yingda.telephony.actions import create_number, create_trunk
from yingda.telephony.caller_rules import CallerIdRule
from yingda.telephony.numbering import NumberInfo, NumberKind, describe, is_withheld, normalise
from yingda.telephony.queries import (
    NumberConfig,
    TrunkConfig,
    endpoint_of,
    load_numbers,
    load_trunks,
    trunk_spec,
)
from yingda.telephony.schemas import NumberIn, TrunkIn
from yingda.telephony.terms import Codec, TrunkKind

__all__ = [
    "CallerIdRule",
    "Codec",
    "NumberConfig",
    "NumberIn",
    "NumberInfo",
    "NumberKind",
    "TrunkConfig",
    "TrunkIn",
    "TrunkKind",
    "create_number",
    "create_trunk",
    "describe",
    "endpoint_of",
    "is_withheld",
    "load_numbers",
    "load_trunks",
    "normalise",
    "trunk_spec",
]
