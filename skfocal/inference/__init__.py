"""Uncertainty of the coefficients of fitted models."""

from skfocal.inference._coefficient_table import coefficient_table

__all__ = ["coefficient_table"]
