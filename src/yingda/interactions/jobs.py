"""Jobs: a recording of the switch becomes a WAV with its peaks. Only the worker imports this (numpy)."""

import asyncio
import os
from pathlib import Path
from uuid import UUID

import numpy as np
import structlog

from yingda.interactions import queries, wav
from yingda.interactions.errors import InteractionNotFound, RecordingNotFound
from yingda.interactions.models import Interaction
from yingda.interactions.recordings import BUCKETS, peaks_file, wav_path
from yingda.kit.context import Ctx

log = structlog.get_logger()

_PIECE = 1 << 20


async def store_recording(ctx: Ctx, interaction_id: UUID, raw_path: Path, root: Path) -> None:
    """Makes the WAV below ``root`` from the raw file, notes it, and removes the raw file last.

    May be repeated after a failure at any point. Raises :class:`InteractionNotFound` where the facts
    are not stored yet, :class:`RecordingNotFound` where there is neither raw file nor WAV: both are
    to be tried again later.
    """
    found = await ctx.db.get(Interaction, interaction_id)
    if found is None:
        raise InteractionNotFound()
    relative = wav_path(ctx.tenant_id, found.offered_at, interaction_id)
    sound_bytes = await asyncio.to_thread(_make, raw_path, root / relative)
    await queries.save_recording(
        ctx.db,
        {
            "interaction_id": interaction_id,
            "tenant_id": ctx.tenant_id,
            "path": str(relative),
            "duration_s": wav.duration(sound_bytes),
            "bytes": sound_bytes + wav.HEADER,
            "stored_at": ctx.now(),
        },
    )
    # Before the commit, which does no harm: the next try finds the WAV.
    await asyncio.to_thread(raw_path.unlink, missing_ok=True)
    log.info("recording stored", interaction=str(interaction_id), seconds=round(wav.duration(sound_bytes), 1))


def _make(raw: Path, target: Path) -> int:
    """Writes WAV and peaks; the bytes of sound in them."""
    if not raw.exists():
        if not target.exists():
            raise RecordingNotFound()
        return target.stat().st_size - wav.HEADER
    sound_bytes = wav.whole_frames(raw.stat().st_size)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(peaks_file(target), [_peaks(raw, sound_bytes)])
    part = target.with_suffix(".part")
    with raw.open("rb") as source, part.open("wb") as out:
        out.write(wav.header(sound_bytes))
        left = sound_bytes
        while left and (piece := source.read(min(left, _PIECE))):
            out.write(piece)
            left -= len(piece)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    return sound_bytes


def _write(target: Path, pieces: list[bytes]) -> None:
    part = target.with_suffix(".peaks.part")
    with part.open("wb") as out:
        out.writelines(pieces)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def _peaks(raw: Path, sound_bytes: int) -> bytes:
    """:data:`BUCKETS` bytes per channel, 255 is the loudest possible."""
    frames = sound_bytes // wav.FRAME
    if not frames:
        return bytes(BUCKETS * wav.CHANNELS)
    samples = np.memmap(raw, dtype="<i2", mode="r", shape=(frames, wav.CHANNELS))
    edges = np.arange(BUCKETS, dtype=np.int64) * frames // BUCKETS
    high = np.maximum.reduceat(samples, edges, axis=0).astype(np.int32)
    low = np.minimum.reduceat(samples, edges, axis=0).astype(np.int32)
    loud = np.minimum(np.maximum(high, -low), 32767)
    scaled = np.ceil(loud * 255 / 32767).astype(np.uint8)
    return scaled.T.tobytes()
