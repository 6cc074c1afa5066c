"""Why a goal is not reached, that is, what the time goes to: shown beside an unmet goal only."""

from __future__ import annotations

__all__ = ["REASONS"]

REASONS: dict[str, str] = {}
"""By the short name of the goal."""
