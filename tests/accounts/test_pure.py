"""The pure cores: lock-out, lifetime, tokens, rights."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from yingda.accounts import tokens
from yingda.accounts.http import allowed
from yingda.accounts.lifetime import IDLE, LONGEST, WRITE_EVERY, begin
from yingda.accounts.lockout import lock_after, seconds_left
from yingda.accounts.rights import covers, limited
from yingda.accounts.schemas import Settings, Username
from yingda.kit.context import ActorKind
from yingda.kit.errors import Unauthorized
from yingda.kit.fields import Line, Name, Note, Text

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TENANT = UUID("018f2b6e-7c1a-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, None), (1, None), (4, None), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (13, 3600), (10_000, 3600)],
)
def test_lock_grows(failures: int, seconds: int | None) -> None:
    assert lock_after(failures) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(("left", "seconds"), [(None, 0), (-1.0, 0), (0.0, 0), (0.001, 1), (1.0, 1), (29.5, 30)])
def test_seconds_left_are_rounded_up(left: float | None, seconds: int) -> None:
    until = None if left is None else NOW + timedelta(seconds=left)
    assert seconds_left(until, NOW) == seconds


def test_life_slides_up_to_its_end() -> None:
    life = begin(NOW)
    assert life.used(NOW + WRITE_EVERY - timedelta(seconds=1)) is None
    later = life.used(NOW + timedelta(hours=2))
    assert later is not None
    assert later.expires_at == NOW + timedelta(hours=2) + IDLE
    last = life.used(NOW + LONGEST - timedelta(hours=1))
    assert last is not None
    assert last.expires_at == NOW + LONGEST
    assert last.alive(NOW + LONGEST - timedelta(seconds=1))
    assert not last.alive(NOW + LONGEST)


@pytest.mark.parametrize("kind", [ActorKind.USER, ActorKind.KEY])
def test_token_says_what_it_is(kind: ActorKind) -> None:
    secret = tokens.make(kind, TENANT)
    token = tokens.parse(secret)
    assert (token.kind, token.tenant_id) == (kind, TENANT)
    assert secret.startswith("yk_") == (kind is ActorKind.KEY)
    assert secret.split(".")[1] not in repr(token)
    assert token.digest.hex() not in repr(token)


@pytest.mark.parametrize(
    "secret", ["", ".", "yk_", "a" * 32 + ".", "A" * 32 + "." + "a" * 43, "a" * 32 + "." + "a" * 43 + "\n"]
)
def test_token_of_another_shape(secret: str) -> None:
    with pytest.raises(Unauthorized):
        tokens.parse(secret)


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        ({"*"}, {"users.write", "*"}, True),
        ({"users.write"}, {"users.write"}, True),
        ({"users.write"}, set(), True),
        ({"users.write"}, {"users.write", "desk"}, False),
        ({"users.write"}, {"*"}, False),
        (set(), {"desk"}, False),
    ],
)
def test_covers(held: set[str], wanted: set[str], expected: bool) -> None:
    assert covers(held, wanted) is expected


@pytest.mark.parametrize(
    ("scopes", "held", "expected"),
    [
        ({"desk", "live.read"}, {"*"}, {"desk", "live.read"}),
        ({"desk", "live.read"}, {"desk"}, {"desk"}),
        ({"*"}, {"desk"}, {"desk"}),
        ({"desk"}, set(), set()),
    ],
)
def test_key_is_limited_by_its_maker(scopes: set[str], held: set[str], expected: set[str]) -> None:
    assert limited(scopes, held) == expected


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        (Name, "张三", True),
        (Name, "  ", False),
        (Name, "a\x00b", False),
        (Name, "a\nb", False),
        (Name, "x" * 101, False),
        (Name, "\ud800", False),
        (Line, "", True),
        (Line, "a\x7f", False),
        (Note, "two\nlines\tand a tab", True),
        (Note, "a\x00b", False),
        (Text, "x" * 20_001, False),
        (Username, "li.na@sales-1", True),
        (Username, "李娜", False),
        (Username, "-x", False),
    ],
)
def test_fields(field: type[str], value: str, fits: bool) -> None:
    adapter = TypeAdapter(field)
    if fits:
        assert adapter.validate_python(value) == value
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("timezone", "Mars/Olympus"), ("area_code", "20"), ("short_abandon_s", -1), ("language", "fr")],
)
def test_settings_are_checked(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: value})


def test_a_misspelt_permission_fails_at_once() -> None:
    with pytest.raises(ValueError, match=r"users\.reed"):
        allowed("users.reed")
