"""Cells and runs on disk."""
