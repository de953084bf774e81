"""The file formats. The only room that writes files; every write is whole or not at all."""

from jianghua.store.collections import (
    catalog_row,
    read_removals,
    read_rows,
    write_catalog,
    write_speech,
)
from jianghua.store.counts import COUNTS_COLUMNS, read_bag, write_counts
from jianghua.store.keys import read_key, write_key
from jianghua.store.models import MODEL_FORMAT, read_manifest, read_model, write_model
from jianghua.store.namings import add_namings
from jianghua.store.pictures import write_figure
from jianghua.store.tables import TEXT_COLUMNS, read_table, write_rows, write_table
from jianghua.store.writing import digest, write_bytes, write_text

__all__ = [
    "COUNTS_COLUMNS", "MODEL_FORMAT", "TEXT_COLUMNS", "add_namings", "catalog_row", "digest",
    "read_bag", "read_key", "read_manifest", "read_model", "read_removals", "read_rows", "read_table",
    "write_bytes", "write_catalog", "write_counts", "write_figure", "write_key", "write_model", "write_rows",
    "write_speech", "write_table", "write_text",
]  # fmt: skip
