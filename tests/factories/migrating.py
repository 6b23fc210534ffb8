"""The schema of the tests: the product's own migrations."""

import shutil
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from yingda.kit.db import make_engine


def migrate(owner_url: str, folder: Path) -> None:
    """Applies the unbroken chain of migrations in ``folder`` as the owner."""
    with tempfile.TemporaryDirectory(prefix="yingda-migrations-") as place:
        for number, path in enumerate(sorted((folder / "versions").glob("[0-9]*.py")), 1):
            if not path.name.startswith(f"{number:04}_"):
                break
            shutil.copy(path, place)
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("version_locations", place)
        config.set_main_option("path_separator", "os")
        engine = create_engine(make_engine(owner_url).url)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        engine.dispose()
