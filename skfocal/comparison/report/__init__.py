"""How a comparison is told: the answer, the tables, the figures, the files."""
