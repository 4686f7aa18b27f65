"""A text that must not be logged or shown."""

from __future__ import annotations


class Secret:
    """Keeps a token out of every ``repr``, log and traceback."""

    __slots__ = ("_text",)

    def __init__(self, name: str, text: str) -> None:
        """Raises ``ValueError``, without the text in it, for what cannot stand in a header."""
        is_plain = isinstance(text, str) and text.isascii() and text.isprintable()
        if not is_plain or not text or text != text.strip():
            raise ValueError(f"{name} must be printable ASCII, not empty, without space around it")
        self._text = text

    @property
    def exposed(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"
