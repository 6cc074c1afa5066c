"""The figures of the report: what they show, and the geometry that the templates draw."""
