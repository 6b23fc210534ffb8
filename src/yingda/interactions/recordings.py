"""Where recordings lie, and what of them is sent to browsers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from yingda.interactions import wav
from yingda.interactions.errors import RecordingNotFound
from yingda.interactions.schemas import PeaksOut

BUCKETS = 1600
"""Buckets of the stored peaks."""

_PIECE = 1 << 16


def wav_path(tenant_id: UUID, at: datetime, interaction_id: UUID) -> Path:
    """Where the WAV lies below the folder of recordings; ``at`` is when the contact began."""
    day = at.astimezone(UTC)
    return Path(str(tenant_id), f"{day:%Y}", f"{day:%m}", f"{day:%d}", f"{interaction_id}.wav")


def raw_path(interaction_id: UUID) -> Path:
    """Where the switch writes, below the folder of recordings."""
    return Path("incoming", f"{interaction_id}.raw")


def peaks_file(wav_file: Path) -> Path:
    """The peaks lie beside the WAV: :data:`BUCKETS` bytes for the left channel, then for the right."""
    return wav_file.with_suffix(".peaks")


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording to be sent: ``head``, then the first ``size`` bytes of ``file``."""

    file: Path
    head: bytes
    size: int
    modified: float

    @property
    def length(self) -> int:
        """Bytes in all."""
        return len(self.head) + self.size

    def pieces(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes from ``first`` to ``last``, both included. The file is opened at once: it may be removed then."""
        source = self.file.open("rb")
        return self._pieces(source, first, last)

    def _pieces(self, source: BinaryIO, first: int, last: int) -> Iterator[bytes]:
        with source:
            if first < len(self.head):
                yield self.head[first : last + 1]
            start = max(0, first - len(self.head))
            left = last + 1 - len(self.head) - start
            source.seek(start)
            while left > 0 and (piece := source.read(min(left, _PIECE))):
                yield piece
                left -= len(piece)


def find_sound(root: Path, stored: Path, interaction_id: UUID) -> Sound:
    """The WAV below ``root`` where it is made already, else the raw file as if it were one.

    Raises :class:`RecordingNotFound`.
    """
    raw = root / raw_path(interaction_id)
    # The raw file may become the WAV between two looks.
    for file in (root / stored, raw, root / stored):
        try:
            status = file.stat()
        except FileNotFoundError:
            continue
        if file is raw:
            size = wav.whole_frames(status.st_size)
            return Sound(file, wav.header(size), size, status.st_mtime)
        return Sound(file, b"", status.st_size, status.st_mtime)
    raise RecordingNotFound()


def find_peaks(root: Path, stored: Path, interaction_id: UUID, buckets: int) -> PeaksOut:
    """The shape of the sound in ``buckets`` buckets. Raises :class:`RecordingNotFound`."""
    sound = find_sound(root, stored, interaction_id)
    sound_bytes = sound.length - wav.HEADER
    exact = peaks_file(root / stored)
    if not sound.head and exact.exists():
        data = exact.read_bytes()
        fine = [[value / 255 for value in data[:BUCKETS]], [value / 255 for value in data[BUCKETS:]]]
        channels = [[round(value, 4) for value in wav.fewer(channel, buckets)] for channel in fine]
    else:
        whole = b"".join(sound.pieces(0, sound.length - 1))
        channels = wav.rough_peaks(whole[wav.HEADER :], buckets)
    return PeaksOut(duration_s=round(wav.duration(sound_bytes), 3), channels=channels)
