"""The quality run: every linear method on every data set."""
