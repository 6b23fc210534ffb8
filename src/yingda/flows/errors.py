"""What can be wrong with flows, sounds and hours."""

from yingda.kit.errors import Conflict, Invalid, NotFound, Unavailable


class FlowRefused(Invalid):
    """A definition with problems; ``problems`` lists them."""

    id = "flow_refused"
    title = "The flow cannot be published as it is"


class FlowNotFound(NotFound):
    """No such flow, or version."""

    id = "flow_not_found"


class HoursNotFound(NotFound):
    """No such hours."""

    id = "hours_not_found"


class HoursInUse(Conflict):
    """A published flow asks these hours."""

    id = "hours_in_use"


class SoundNotFound(NotFound):
    """No such sound."""

    id = "sound_not_found"


class SoundInUse(Conflict):
    """A published flow plays this sound."""

    id = "sound_in_use"


class SoundUnreadable(Invalid):
    """The uploaded file is no sound that can be read."""

    id = "sound_unreadable"
    title = "This is not a sound file that can be read"


class SoundTooLarge(Invalid):
    """The upload is larger or longer than allowed."""

    id = "sound_too_large"
    status = 413
    title = "The sound is too large"


class NameTaken(Conflict):
    """Another one has this name."""

    id = "name_taken"


class SpeechFailed(Unavailable):
    """The speech engine did not make a sound of a text."""

    id = "speech_failed"
    title = "The speech engine failed"


class SpeechRefused(SpeechFailed):
    """The engine works, but this text or voice cannot be spoken."""

    id = "speech_refused"
    status = 422
    title = "This cannot be spoken"
