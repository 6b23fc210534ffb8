"""Asterisk 22 behind the port to the switch: configuration, control over ARI and AMI, hold music."""

from yingda.providers.asterisk.config import write_config
from yingda.providers.asterisk.control import ControlAddress
from yingda.providers.asterisk.music import write_music
from yingda.providers.asterisk.settings import AsteriskSettings
from yingda.providers.asterisk.switch import AsteriskSwitch

__all__ = ["AsteriskSettings", "AsteriskSwitch", "ControlAddress", "write_config", "write_music"]
