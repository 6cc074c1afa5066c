"""The quality run: every arm on every data set, the page of its results, and the claims."""
