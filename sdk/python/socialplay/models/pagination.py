"""Where a page stands among all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pagination:
    """``total`` counts entries, ``total_pages`` pages of ``limit`` each; ``page`` counts from 1."""

    total: int
    page: int
    limit: int
    total_pages: int
