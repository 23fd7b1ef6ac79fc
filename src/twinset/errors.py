"""The whole error tree, drawn before it is coded.

    TwinsetError                 everything that Twinset raises on purpose
    ├── UserError                the caller can mend it: the message says what was received, what is allowed, what to do
    │   ├── PlanError            a plan, an option or a command that can't be honoured
    │   ├── SchemaError          columns, types or keys that don't fit together
    │   ├── DataError            the data itself: unreadable, empty, ragged, corrupt (also a ValueError)
    │   ├── OutputError          a place that can't be written: there already, read-only, full (also an OSError)
    │   └── MissingExtraError    an optional package is not installed (also an ImportError)
    ├── GenerationError          making rows failed, by no fault of the caller's words
    │   └── ProviderError        a model or service behind it failed; says whether to try again
    └── InternalError            a promise of our own was broken: a bug, please report it

Third-party errors are wrapped where they cross into Twinset, with ``from``. This module imports nothing.
"""

from __future__ import annotations


class TwinsetError(Exception):
    """Root of everything that Twinset raises on purpose."""

    exit_code = 1


class UserError(TwinsetError):
    """Something the caller can mend."""


class PlanError(UserError):
    """A plan, an option or a command that can't be honoured."""

    exit_code = 2


class SchemaError(UserError):
    """Columns, types or keys that don't fit together."""


class DataError(UserError, ValueError):
    """Data that can't be read or used as it is."""


class OutputError(UserError, OSError):
    """A place that can't be written to."""


class MissingExtraError(UserError, ImportError):
    """An optional package is needed and not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"this needs the package {package!r}; install it with: pip install 'twinset[{extra}]'")
        self.package = package
        self.extra = extra


class GenerationError(TwinsetError):
    """Making rows failed, by no fault of the caller's words."""


class ProviderError(GenerationError):
    """A model or service failed.

    ``kind`` is one word ("timeout", "quota", "refused" ...); ``is_retryable`` says whether to try again.
    """

    def __init__(self, message: str, *, kind: str, is_retryable: bool) -> None:
        super().__init__(message)
        self.kind = kind
        self.is_retryable = is_retryable


class InternalError(TwinsetError):
    """A promise of Twinset's own was broken."""
