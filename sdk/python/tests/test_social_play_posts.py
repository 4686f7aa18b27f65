"""Posts, comments and drafts, with a running product."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import test_flows
from socialplay import Conflict, Forbidden, NotFound, ValidationError
from support.files import png
from support.players import SocialPlayCase
from support.recorder import Recorder


class PostTests(SocialPlayCase):
    recorder: ClassVar[Recorder] = test_flows.FlowTests.recorder

    def test_a_post_is_published_changed_and_deleted(self) -> None:
        ada, bob = self.player(), self.player()
        key = str(uuid.uuid4())
        post = ada.client.posts.publish("Good morning", idempotency_key=key)
        self.assertEqual(ada.client.posts.publish("Good morning", idempotency_key=key).id, post.id)
        self.refused(Conflict, 409, ada.client.posts.publish, "Else", idempotency_key=key)
        found = self.anyone.posts.read(post.id)
        self.assertEqual((found.content, found.author.username), ("Good morning", ada.name))
        changed = ada.client.posts.update(post.id, content="Good night", if_match=found.etag)
        self.assertIsNotNone(changed.edited_at)
        error = self.refused(
            Conflict, 412, ada.client.posts.update, post.id, content="No", if_match=found.etag
        )
        self.assertEqual(error.code, "PRECONDITION_FAILED")
        versions = [*ada.client.posts.versions(post.id)]
        self.assertEqual([one.content for one in versions], ["Good night", "Good morning"])
        self.refused(Forbidden, 403, bob.client.posts.update, post.id, content="Mine")
        ada.client.posts.delete(post.id)
        self.refused(NotFound, 404, self.anyone.posts.read, post.id)

    def test_lists_of_posts_are_read_page_by_page(self) -> None:
        ada, bob = self.player(), self.player()
        bob.client.users.follow(ada.id)
        word = "w" + uuid.uuid4().hex
        sent = [ada.client.posts.publish(f"{word} #{word} {i}").id for i in range(3)][::-1]
        hidden = ada.client.posts.publish("Mine alone", visibility="PRIVATE").id
        for listing in (
            self.anyone.users.posts(ada.id, limit=2),
            bob.client.posts.feed(limit=2),
            self.anyone.posts.with_hashtag(word, limit=2),
        ):
            self.assertEqual([post.id for post in listing], sent)
        own = ada.client.posts.own(limit=2)
        self.assertEqual([post.id for post in own], [hidden, *sent])
        first = own.page()
        assert first.pagination is not None
        self.assertEqual((first.pagination.total, len(first.entries)), (4, 2))
        self.assertEqual(own.page(2).entries, own.page(cursor=first.next).entries)
        self.assertEqual(len(self.anyone.posts.all(limit=1).page().entries), 1)
        self.assertEqual(self.anyone.posts.hashtag(word).posts_count, 3)
        self.assertEqual([one.tag for one in self.anyone.posts.hashtags(word[:20])], [word])
        self.until(lambda: len([*self.anyone.posts.search(word, limit=2)]) == 3)

    def test_likes_shares_and_bookmarks(self) -> None:
        ada, bob = self.player(), self.player()
        post = ada.client.posts.publish("Like me").id
        posts = bob.client.posts
        posts.like(post)
        self.refused(ValidationError, 400, posts.like, post)
        posts.share(post)
        posts.bookmark(post)
        found = posts.read(post)
        self.assertEqual(
            (found.likes_count, found.shares_count, found.is_liked, found.is_bookmarked),
            (1, 1, True, True),
        )
        self.assertEqual([one.user.id for one in posts.likes(post)], [bob.id])
        self.assertEqual([one.user.id for one in posts.shares(post)], [bob.id])
        self.assertEqual([one.id for one in posts.bookmarks()], [post])
        self.assertEqual([one.id for one in self.anyone.users.shares(bob.id)], [post])
        posts.unlike(post)
        posts.unshare(post)
        posts.remove_bookmark(post)
        self.refused(ValidationError, 400, posts.unlike, post)

    def test_comments_and_replies(self) -> None:
        ada, bob = self.player(), self.player()
        post = ada.client.posts.publish("Say something").id
        comment = bob.client.comments.add(post, "Something")
        reply = ada.client.comments.reply(comment.id, "Thanks")
        self.assertEqual(reply.parent_id, comment.id)
        listed = [one.id for one in self.anyone.comments.of_post(post, limit=1)]
        self.assertEqual(listed, [reply.id, comment.id])
        found = bob.client.comments.read(comment.id)
        changed = bob.client.comments.update(comment.id, "Else", if_match=found.etag)
        self.assertEqual(changed.content, "Else")
        self.refused(Forbidden, 403, ada.client.comments.update, comment.id, "Mine")
        self.assertEqual(len(self.anyone.posts.read(post).comments), 2)
        ada.client.comments.delete(comment.id)
        self.refused(NotFound, 404, bob.client.comments.read, reply.id)

    def test_drafts_are_kept_and_published(self) -> None:
        ada = self.player()
        drafts = ada.client.drafts
        draft = drafts.create("Later", visibility="FOLLOWERS")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        found = drafts.read(draft.id)
        changed = drafts.update(draft.id, publish_at=tomorrow, if_match=found.etag)
        self.assertIsNotNone(changed.post_id)
        self.assertIsNone(drafts.update(draft.id, publish_at=None).publish_at)
        self.assertEqual([one.id for one in drafts.list(limit=1)], [draft.id])
        post = drafts.publish(draft.id)
        self.assertEqual((post.content, post.visibility), ("Later", "FOLLOWERS"))
        other = drafts.create("Never")
        drafts.delete(other.id)
        self.refused(NotFound, 404, drafts.read, other.id)
        scheduled = ada.client.posts.publish("Soon", published_at=tomorrow)
        self.refused(NotFound, 404, self.anyone.posts.read, scheduled.id)
        with self.assertRaises(ValueError):
            ada.client.posts.publish("When?", published_at=datetime(2099, 1, 1))

    def test_a_picture_is_uploaded_for_a_post(self) -> None:
        ada = self.player()
        address = ada.client.upload_picture(png(8), file_name="dot.png")
        post = ada.client.posts.publish("See", media_urls=[address], media_type="IMAGE")
        self.assertEqual(post.media_urls, (address,))
        self.refused(ValidationError, 400, ada.client.upload_picture, b"no picture")
