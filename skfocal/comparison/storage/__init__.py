"""Cells and runs on disk, and the keys by which they are found again."""
