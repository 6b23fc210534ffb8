"""Test phones: baresip with a tone (or a file) as its microphone, and a folder of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.phones.tones import make_tone
from yingda.app.softphone import PhoneEvent, SipAccount, Softphone, SoftphoneError

__all__ = ["PhoneEvent", "SipAccount", "Softphone", "SoftphoneError", "phone"]


@asynccontextmanager
async def phone(folder: Path, account: SipAccount, tone: float | Path) -> AsyncIterator[Softphone]:
    """A running phone; registered when the account has a password. ``tone``: Hz, or a long WAV at 8 kHz."""
    device = Softphone(account=account, folder=folder, microphone=_microphone(folder, tone))
    await device.start()
    try:
        if account.password is not None:
            await device.registered()
        yield device
    finally:
        await device.stop()


def _microphone(folder: Path, tone: float | Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return tone if isinstance(tone, Path) else make_tone(folder / "tone.wav", tone)
