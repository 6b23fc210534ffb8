"""Passwords: argon2id, computed in threads of their own.

Each computation takes 46 MiB (OWASP's first choice of parameters); the small pool bounds the memory
and the processors that a flood of sign-ins can take from the calls on the same machine.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def make_hash(password: str) -> str:
    """The hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right.

    Without a hash (no such user) the same work is done for nothing, so that the time of the answer
    does not tell which users exist. Raises where the stored hash is damaged.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password_hash, password)


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _nobodys_hash(), password)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise RuntimeError("A stored password hash cannot be read.") from error
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody")
