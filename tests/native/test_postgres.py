from pathlib import Path

import pytest

from yingda.native.home import Home
from yingda.native.postgres import RunAs, data_folder

NOBODY = RunAs(65534, 65534)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that other users may not pass."""
    made = tmp_path / "closed"
    made.mkdir(mode=0o700)
    return made


def _made(path: Path) -> Home:
    home = Home(path)
    home.make()
    return home


def test_the_data_is_in_the_home_where_we_are_its_user(closed: Path, tmp_path: Path) -> None:
    home = _made(closed / "home")
    assert data_folder(home, None, tmp_path / "elsewhere") == (home.path / "postgres", "")


def test_the_data_of_a_closed_home_is_elsewhere_and_found_again(closed: Path, tmp_path: Path) -> None:
    home = _made(closed / "home")
    first, note = data_folder(home, NOBODY, tmp_path / "elsewhere")
    assert first.parent.parent == tmp_path / "elsewhere"
    assert str(first) in note
    assert data_folder(home, NOBODY, tmp_path / "elsewhere") == (first, "")


def test_a_home_made_anew_has_another_database(closed: Path, tmp_path: Path) -> None:
    places = []
    for name in ("gone", "gone too", ""):
        home = _made(closed / "home")
        place, _ = data_folder(home, NOBODY, tmp_path / "elsewhere")
        place.mkdir()
        places.append(place)
        if name:
            home.path.rename(closed / name)
    assert len(set(places)) == 3
