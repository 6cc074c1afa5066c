"""A fitted model in a file: made from a recommendation, and used on new rows."""
