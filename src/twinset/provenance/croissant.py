"""Croissant metadata (MLCommons, version 1.1): JSON-LD that dataset search and loaders understand.

Describes the published files; says that the data is synthetic where the vocabulary has a place for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from twinset import __version__
from twinset.core import types
from twinset.core.manifest import FileEntry
from twinset.core.schema import Column, Table
from twinset.provenance.marks import STATEMENT

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".arrow": "application/vnd.apache.arrow.file",
}

# The standard context names all of these, and loaders warn about a shorter one.
_TERMS = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)

_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "conformsTo": "dct:conformsTo",
    **{term: f"cr:{term}" for term in _TERMS},
}


@dataclass(frozen=True, slots=True)
class Described:
    """One table in one file."""

    table: Table
    file: FileEntry


def croissant(name: str, described: list[Described], *, version: str, published: str) -> str:
    """The metadata of a dataset as JSON; ``published`` is a date in ISO 8601."""
    data: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": name,
        "description": STATEMENT,
        "version": version,
        "datePublished": published,
        "creator": {"@type": "sc:Organization", "name": f"made with Twinset {__version__}"},
        "rai:dataCollection": "Synthetic: sampled from a model of a source that is not part of this dataset.",
        "rai:isDataSynthetic": True,
        "distribution": [_file(one) for one in described],
        "recordSet": [_records(one) for one in described],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _file(one: Described) -> dict[str, object]:
    ending = "." + one.file.path.rpartition(".")[2]
    return {
        "@type": "cr:FileObject",
        "@id": one.file.path,
        "name": one.file.path,
        "contentUrl": one.file.path,
        "contentSize": f"{one.file.bytes} B",
        "encodingFormat": _MEDIA_TYPES.get(ending, "application/octet-stream"),
        "sha256": one.file.sha256,
    }


def _records(one: Described) -> dict[str, object]:
    records: dict[str, object] = {
        "@type": "cr:RecordSet",
        "@id": one.table.name,
        "name": one.table.name,
        "field": [_field(one, column) for column in one.table.columns],
    }
    if one.table.primary_key:
        records["key"] = [{"@id": _field_id(one.table, name)} for name in one.table.primary_key]
    return records


def _field(one: Described, column: Column) -> dict[str, object]:
    return {
        "@type": "cr:Field",
        "@id": _field_id(one.table, column.name),
        "name": column.name,
        "description": column.reason or column.type.word,
        "dataType": _data_type(column.type),
        "source": {"fileObject": {"@id": one.file.path}, "extract": {"column": column.name}},
    }


def _field_id(table: Table, column: str) -> str:
    return f"{table.name}/{quote(column, safe='')}"


def _data_type(kind: types.Type) -> str:
    match kind:
        case types.Integer():
            return "sc:Integer"
        case types.Real() | types.Geo(axis="latitude" | "longitude"):
            return "sc:Float"
        case types.Boolean():
            return "sc:Boolean"
        case types.Date():
            return "sc:Date"
        case types.DateTime():
            return "sc:DateTime"
        case _:
            return "sc:Text"
