from .build import build_tables as build_tables
from .cite import citation as citation
from .column import Column as Column
from .family import family_table as family_table
from .formats import FORMATS as FORMATS
from .formats import dumps as dumps
from .ids import is_id as is_id
from .ids import parse_id as parse_id
from .ids import resolve_id as resolve_id
from .ids import tree_id as tree_id
from .package import load_manifest as load_manifest
from .package import load_table as load_table
from .package import table_names as table_names
from .poster import grid_svg as grid_svg
from .search import Match as Match
from .search import nearest_rows as nearest_rows
from .search import rows_with_prefix as rows_with_prefix
from .sequence import Oeis as Oeis
from .table import Notes as Notes
from .table import Table as Table
from .triangle import Triangle as Triangle
from .verification import verify_package as verify_package

__all__ = [
    "FORMATS",
    "Column",
    "Match",
    "Notes",
    "Oeis",
    "Table",
    "Triangle",
    "build_tables",
    "citation",
    "dumps",
    "family_table",
    "grid_svg",
    "is_id",
    "load_manifest",
    "load_table",
    "nearest_rows",
    "parse_id",
    "resolve_id",
    "rows_with_prefix",
    "table_names",
    "tree_id",
    "verify_package",
]
