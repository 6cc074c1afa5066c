"""How results are presented: the answer, the tables, the figures and the files."""
