"""Times and memory of fits, searches and predictions, and those of other libraries."""
