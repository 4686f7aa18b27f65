"""Checks of what callers pass in a request's body."""

from __future__ import annotations

from collections.abc import Mapping


def required_id(name: str, value: str) -> str:
    """The id itself. Raises ``ValueError`` when it is empty, or no text at all."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be an id, not empty")
    return value


def given(members: Mapping[str, object]) -> dict[str, object]:
    """The members without those that are ``None``: the service keeps what it has."""
    return {name: value for name, value in members.items() if value is not None}
