"""Plots of fitted estimators, drawn with matplotlib."""

from skfocal.displays._search import FocalSearchDisplay

__all__ = ["FocalSearchDisplay"]
