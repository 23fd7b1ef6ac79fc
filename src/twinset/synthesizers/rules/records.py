"""Records: columns of structs, whose fields other columns take."""

from __future__ import annotations

import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column

FIELD_TYPE = b"twinset.type"
"""A record rule may say in the metadata of a field which logical type it has, as :func:`twinset.core.types.to_data` does."""


def typed(name: str, record: Column, storage: pa.DataType) -> Column:
    """The column of a field, by what its metadata say, else by its storage."""
    kind = _said(record.storage, name) or by_storage(storage)
    return Column(name, kind, storage, origin="declared")


def field_of(name: str, storage: pa.DataType, kind: types.Type) -> pa.Field:
    """A field that says its logical type."""
    import json

    return pa.field(name, storage, metadata={FIELD_TYPE: json.dumps(types.to_data(kind)).encode()})


def type_of(field: pa.Field) -> types.Type | None:
    """The logical type that a field says."""
    import json

    said = (field.metadata or {}).get(FIELD_TYPE)
    return None if said is None else types.from_data(json.loads(said))


def _said(storage: pa.DataType, path: str) -> types.Type | None:
    names = path.split(".")
    for name in names[:-1]:
        storage = storage.field(name).type
    return type_of(storage.field(names[-1]))


def by_storage(storage: pa.DataType) -> types.Type:
    """The plainest logical type of a storage."""
    for is_kind, kind in _PLAIN:
        if is_kind(storage):
            return kind
    if pa.types.is_timestamp(storage):
        return types.DateTime(zone=storage.tz, unit=storage.unit)
    return types.Text()


_PLAIN = (
    (pa.types.is_boolean, types.Boolean()), (pa.types.is_integer, types.Integer()), (pa.types.is_floating, types.Real()),
    (pa.types.is_decimal, types.Real()), (pa.types.is_date, types.Date()), (pa.types.is_time, types.Time()),
    (pa.types.is_duration, types.Duration()), (pa.types.is_nested, types.Nested()),
)  # fmt: skip
