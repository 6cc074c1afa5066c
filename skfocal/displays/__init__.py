"""Plots of fitted estimators. They need matplotlib."""

from skfocal.displays._search import FocalSearchDisplay

__all__ = ["FocalSearchDisplay"]
