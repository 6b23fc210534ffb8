"""Secrets that must be read back, such as trunk passwords, sealed at rest."""

from cryptography.fernet import Fernet, InvalidToken


class SealBroken(Exception):
    """The sealed text was not made with this vault's key."""


class Vault:
    """Seals and opens short texts with one key (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: str) -> None:
        """``key`` as :meth:`new_key` makes it."""
        self._fernet = Fernet(key.encode())

    @staticmethod
    def new_key() -> str:
        """A fresh key, 44 characters of base64."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> str:
        """The sealed form of ``text``; '' stays ''."""
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """The text again; raises :class:`SealBroken` where it was sealed by another key."""
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBroken("sealed with another key") from error
