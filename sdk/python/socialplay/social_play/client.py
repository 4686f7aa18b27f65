"""The client of SocialPlay."""

from __future__ import annotations

from collections.abc import Callable

from ..decoding import decode
from ..media.form import Form
from ..media.source import Source, UploadFile
from ..transport.connected_client import ConnectedClient
from ..transport.credentials import TokenProvider
from ..transport.exchange import Exchange
from . import operations
from .accounts import Accounts
from .administration import Administration
from .comments import Comments
from .drafts import Drafts
from .inbox import Inbox
from .messages import DirectMessages
from .models.users import PictureAddress
from .moderation import Moderation
from .own_account import OwnAccount
from .posts import Posts
from .reports import Reports
from .users import Users


class SocialPlayClient(ConnectedClient):
    """Posts, comments, follows, messages, notifications and moderation.

    Errors and retries are those of :class:`SocialServiceClient`; a :class:`ValidationError` has the
    wrong members in ``fields``. One client may be used by many threads at once; close it when done,
    or use it in a ``with``.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | TokenProvider | None = None,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        observer: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Sends nothing yet.

        ``base_url`` is what stands in front of ``/api/v1``, such as ``http://localhost:3000``.
        ``api_key`` is a user's bearer token, or what provides it, such as ``session.token``; what is
        public needs none. ``timeout`` is in seconds, for connecting and for each wait for bytes.

        Raises ``ValueError`` for what cannot be right.
        """
        super().__init__(base_url, api_key, None, timeout, retries, observer)
        self.accounts = Accounts(self._caller)
        self.me = OwnAccount(self._caller)
        self.users = Users(self._caller)
        self.posts = Posts(self._caller)
        self.comments = Comments(self._caller)
        self.drafts = Drafts(self._caller)
        self.messages = DirectMessages(self._caller)
        self.notifications = Inbox(self._caller)
        self.reports = Reports(self._caller)
        self.moderation = Moderation(self._caller)
        self.administration = Administration(self._caller)

    def upload_picture(self, source: Source, *, file_name: str | None = None) -> str:
        """Uploads a picture for posts, messages and profiles, and returns its address.

        It is made to fit 1200 × 1200 pixels. Raises :class:`ValidationError` for a file that is no
        picture, or too large.
        """
        form = Form(UploadFile("other", source, file_name), lambda sent, total: None, None)
        answer = self._caller.call(
            operations.UPLOAD_PICTURE, body=form.pieces, headers=form.headers
        )
        return decode(PictureAddress, answer.json()).url
