"""Lists, which are read page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..decoding import decode, decode_list
from ..errors import UnreadableAnswer
from ..musicians.pages import next_cursor
from ..operation import Operation
from ..transport.caller import Caller

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where a page is in a list that is counted."""

    total: int
    page: int
    limit: int
    pages: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Entry]):
    """Some entries of a list. ``next`` is the cursor of the next page, ``None`` on the last one;
    ``pagination`` is ``None`` for lists that are not counted.
    """

    entries: tuple[Entry, ...]
    next: str | None
    pagination: Pagination | None = None


class Listing(Generic[Entry]):
    """A list that is not read yet: iterate over it, and pages are read as the iteration comes to
    them, or ask for one page. Each iteration reads again.
    """

    def __init__(
        self,
        caller: Caller,
        model: type[Entry],
        operation: Operation,
        parts: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        *,
        member: str | None = None,
    ) -> None:
        """``member`` has the entries in an answer; without one the answer is the array."""
        self._caller = caller
        self._model = model
        self._operation = operation
        self._parts = parts or {}
        self._query = query or {}
        self._member = member

    def page(self, number: int | None = None, *, cursor: str | None = None) -> Page[Entry]:
        """One page: the first, the one behind ``cursor``, which is :attr:`Page.next` of the page
        before, or, of lists that have numbers, the ``number``-th. Cursors neither repeat nor leave
        out an entry when the list changes meanwhile.
        """
        query = dict(self._query) | {"page": number, "cursor": cursor}
        answer = self._caller.call(self._operation, parts=self._parts, query=query)
        value = answer.json()
        if self._member is None:
            return Page(decode_list(self._model, value), next_cursor(answer))
        if not isinstance(value, dict):
            raise UnreadableAnswer("the answer is not an object")
        pagination = value.get("pagination")
        counted = isinstance(pagination, dict) and "total" in pagination
        return Page(
            decode_list(self._model, value.get(self._member)),
            next_cursor(answer),
            decode(Pagination, pagination) if counted else None,
        )

    def __iter__(self) -> Iterator[Entry]:
        cursor = None
        while True:
            page = self.page(cursor=cursor)
            yield from page.entries
            if (cursor := page.next) is None:
                return
