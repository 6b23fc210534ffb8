"""Rules that make a trunk's caller numbers usable. Pure.

Some trunks put an outside-line digit or a customer code before the caller's number, some leave the
area code away. A rule takes away and adds, before the number is brought to its one form.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Piece = Annotated[str, StringConstraints(max_length=12, pattern=r"^\+?[0-9]*$")]


class CallerIdRule(BaseModel):
    """``strip`` is taken from the beginning where the number begins so, then ``prefix`` is put there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strip: Piece = ""
    prefix: Piece = ""

    def apply(self, caller: str) -> str:
        """The caller's number as it is meant; '' stays ''."""
        if not caller:
            return ""
        if self.strip and caller.startswith(self.strip) and len(caller) > len(self.strip):
            caller = caller[len(self.strip) :]
        return self.prefix + caller
