import type { CallOptions } from "../CallOptions.js";
import type {
  BookmarkedPost, Hashtag, HashtagCount, Post, PostChanges, PostMark, PostToPublish, PostVersion, PostWithComments,
} from "./answers/posts.js";
import { Group } from "./Group.js";
import type { ChangeOptions, CreationOptions, ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Posts. Reading public ones needs no token. */
export class Posts extends Group {
  /** Publishes a post. @throws `ValidationError`; `Conflict` for a key of another post */
  async publish(post: PostToPublish, options?: CreationOptions): Promise<Post> {
    return await this.createAt(operations.publishPost, {}, post, options);
  }

  /** A post with its last comments. @throws `NotFound`, also for one that the caller does not see */
  async read(id: string, options?: CallOptions): Promise<PostWithComments> {
    return await this.call(operations.readPost, { id }, {}, options);
  }

  /**
   * Changes what is named, and nothing else.
   *
   * @throws `Forbidden` for another user's post; `Conflict` `PRECONDITION_FAILED` for one that has changed
   */
  async update(id: string, changes: PostChanges, options?: ChangeOptions): Promise<Post> {
    return await this.call(operations.updatePost, { id }, { body: changes }, options);
  }

  /** Deletes a post of the caller. @throws as `update` */
  async delete(id: string, options?: ChangeOptions): Promise<void> {
    await this.perform(operations.deletePost, { id }, {}, options);
  }

  /** All posts that the caller sees, the newest first. */
  all(options?: ListOptions): Listing<Post> {
    return this.listing(operations.listPosts, {}, {}, options, "posts");
  }

  /** The caller's posts of every visibility, the newest first. */
  own(options?: ListOptions): Listing<Post> {
    return this.listing(operations.listOwnPosts, {}, {}, options, "posts");
  }

  /** Posts with the words, the best match first: quotes make a phrase, `-` leaves out. */
  search(text: string, options?: ListOptions): Listing<Post> {
    return this.listing(operations.searchPosts, {}, { q: text }, options, "posts");
  }

  /** The posts of the caller and of those whom the caller follows, the newest first. */
  feed(options?: ListOptions): Listing<Post> {
    return this.listing(operations.readFeed, {}, {}, options);
  }

  /** The posts with a hashtag, the newest first. */
  withHashtag(tag: string, options?: ListOptions): Listing<Post> {
    return this.listing(operations.listPostsOfHashtag, { tag }, {}, options);
  }

  /** How many posts have a hashtag. */
  async hashtag(tag: string, options?: CallOptions): Promise<HashtagCount> {
    return await this.call(operations.readHashtag, { tag }, {}, options);
  }

  /** Hashtags that begin so. */
  async hashtags(beginning: string, options?: CallOptions): Promise<readonly Hashtag[]> {
    return await this.call(operations.suggestHashtags, {}, { query: { q: beginning } }, options);
  }

  /** What a post has been, the last first; for its author and moderators. */
  versions(id: string, options?: ListOptions): Listing<PostVersion> {
    return this.listing(operations.listVersions, { id }, {}, options, "versions");
  }

  /** @throws `ValidationError` if the caller likes it already */
  async like(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.likePost, { id }, {}, options);
  }

  /** Ends a like. @throws `ValidationError` if there is none */
  async unlike(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.unlikePost, { id }, {}, options);
  }

  /** Who likes a post, the last first; pages count from 1. */
  async likes(
    id: string,
    page: { readonly page?: number | undefined; readonly limit?: number | undefined } = {},
    options?: CallOptions,
  ): Promise<readonly PostMark[]> {
    const query = { page: page.page, limit: page.limit };
    return (await this.call<{ likes: PostMark[] }>(operations.listLikes, { id }, { query }, options)).likes;
  }

  /** Shares a post. Doing so again changes nothing. */
  async share(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.sharePost, { id }, {}, options);
  }

  /** Ends a share. */
  async unshare(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.unsharePost, { id }, {}, options);
  }

  /** Who has shared a post, the last first. */
  shares(id: string, options?: ListOptions): Listing<PostMark> {
    return this.listing(operations.listShares, { id }, {}, options, "shares");
  }

  /** Bookmarks a post; nobody else sees that. */
  async bookmark(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.bookmarkPost, { id }, {}, options);
  }

  /** Removes a bookmark. */
  async removeBookmark(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.removeBookmark, { id }, {}, options);
  }

  /** The caller's bookmarks, the last first. */
  bookmarks(options?: ListOptions): Listing<BookmarkedPost> {
    return this.listing(operations.listBookmarks, {}, {}, options);
  }
}
