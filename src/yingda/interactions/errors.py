"""Errors of the slice."""

from yingda.kit.errors import Conflict, NotFound


class InteractionNotFound(NotFound):
    """No such contact, or not the asker's to see."""

    id = "interaction_not_found"
    title = "There is no such contact"


class RecordingNotFound(NotFound):
    """The contact has no recording."""

    id = "recording_not_found"
    title = "This contact has no recording"


class BusinessTypeNotFound(NotFound):
    """No such business type."""

    id = "business_type_not_found"
    title = "There is no such business type"


class BusinessTypeTaken(Conflict):
    """The name is used already."""

    id = "business_type_taken"
    title = "There is a business type of this name already"


class BusinessTypeInUse(Conflict):
    """Contacts are filed under it."""

    id = "business_type_in_use"
    title = "Contacts are filed under this business type; switch it off instead"
