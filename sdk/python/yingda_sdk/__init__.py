"""Client of the Yingda contact centre's API."""

from yingda_sdk.client import Client
from yingda_sdk.errors import Error, Refused, Unreachable
from yingda_sdk.shapes import Decision, Interaction, LiveState, Names, User

__all__ = ["Client", "Decision", "Error", "Interaction", "LiveState", "Names", "Refused", "Unreachable", "User"]
