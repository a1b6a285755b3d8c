"""The published tables of polyfam: CSV files and the manifest ``datapackage.json``."""
