"""Names that both the configuration files and the control of Asterisk bear."""

APP = "yingda"
"""The Stasis application that every call is handed to."""

NOBODY = "yingda-nobody"
"""The endpoint that exists so that events of endpoints can be subscribed to."""
