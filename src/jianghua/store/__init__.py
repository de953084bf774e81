"""The file formats. The only room that writes files; every write is whole or not at all."""

from jianghua.store.archives import unpack_archive, write_archive
from jianghua.store.collections import (
    catalog_row,
    read_removals,
    read_rows,
    write_catalog,
    write_speech,
)
from jianghua.store.counts import COUNTS_COLUMNS, packed_counts, read_bag, write_counts
from jianghua.store.exporting import export_counts, export_results
from jianghua.store.importing import import_counts
from jianghua.store.kept import kept_fits
from jianghua.store.keys import read_key, write_key
from jianghua.store.locking import locked
from jianghua.store.manifests import MODEL_FORMAT, read_manifest
from jianghua.store.models import read_model, versions, write_model
from jianghua.store.namings import add_namings
from jianghua.store.pictures import write_figure
from jianghua.store.replaying import TableDifference, compare_tables
from jianghua.store.runs import Run, read_runs, record_run
from jianghua.store.tables import TEXT_COLUMNS, read_table, write_rows, write_table, write_tables
from jianghua.store.writing import (
    digest,
    settled,
    write_bytes,
    write_folder,
    write_text,
    write_together,
)

__all__ = [
    "COUNTS_COLUMNS",
    "MODEL_FORMAT",
    "TEXT_COLUMNS",
    "Run",
    "TableDifference",
    "add_namings",
    "catalog_row",
    "compare_tables",
    "digest",
    "export_counts",
    "export_results",
    "import_counts",
    "kept_fits",
    "locked",
    "packed_counts",
    "read_bag",
    "read_key",
    "read_manifest",
    "read_model",
    "read_removals",
    "read_rows",
    "read_runs",
    "read_table",
    "record_run",
    "settled",
    "unpack_archive",
    "versions",
    "write_archive",
    "write_bytes",
    "write_catalog",
    "write_counts",
    "write_figure",
    "write_folder",
    "write_key",
    "write_model",
    "write_rows",
    "write_speech",
    "write_table",
    "write_tables",
    "write_text",
    "write_together",
]  # fmt: skip
