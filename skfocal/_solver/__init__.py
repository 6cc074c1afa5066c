"""Minimisation of the training objective."""
