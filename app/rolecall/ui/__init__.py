"""The only importer of Textual."""
