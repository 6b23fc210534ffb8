"""The settings of our processes, all from environment variables ``YINGDA_…``.

``./yingda up`` chooses and hands over what the user has not set.
"""

from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One field per variable; names in upper case behind ``YINGDA_``."""

    model_config = SettingsConfigDict(env_prefix="YINGDA_", extra="ignore")

    home: Path = Path(".yingda")
    database_url: str
    owner_database_url: str = ""
    http_host: str = "0.0.0.0"  # noqa: S104 - phones and browsers come from anywhere
    http_port: int = 8000
    sip_port: int = 5060
    ari_url: str = "http://127.0.0.1:8088"
    ari_user: str = "yingda"
    ari_password: str = ""
    ami_port: int = 5038
    ami_password: str = ""
    link_host: str = "127.0.0.1"
    link_port: int = 8099
    link_token: str = ""
    vault_key: str = ""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    espeak: Path = Path("/usr/bin/espeak-ng")
    web_dist: Path = Path("web/dist")

    @property
    def url(self) -> str:
        """Where the web process answers on this machine."""
        return f"{'https' if self.tls_certificate else 'http'}://127.0.0.1:{self.http_port}"

    @property
    def recordings(self) -> Path:
        """Where recordings are kept."""
        return self.home / "recordings"

    @property
    def sounds(self) -> Path:
        """Where prompts are kept."""
        return self.home / "sounds"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()  # type: ignore[call-arg]  # filled from the environment
