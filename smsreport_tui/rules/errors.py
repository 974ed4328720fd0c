"""Errors that an operator reads: one sentence that says what happened and what to do."""


class SmsReportError(Exception):
    """A failure whose text is fit for the screen; the command line prints it and ends with code 1."""


class StoreError(SmsReportError):
    """The local store can not be opened, read or written."""


class StoreAwayError(StoreError):
    """The store's server can not be reached, or does not serve now: the same may succeed in a while."""


class NotFoundError(SmsReportError):
    """The store knows no such activity, profile or link."""


class GatewayError(SmsReportError):
    """The gateway did not answer as its protocol says."""


class ConfigError(SmsReportError):
    """A setting is missing or wrong."""


class ExportError(SmsReportError):
    """The file could not be written; nothing stands under its name."""


class DecisionError(SmsReportError):
    """What an operator wants done with a retry or a reply can not be done as it stands."""


class SegmentError(SmsReportError):
    """A segment's conditions, name or use are not as they must be."""


class ReminderError(SmsReportError):
    """A reminder can not be sent as it stands."""
