import type { CallOptions } from "../CallOptions.js";
import type { Post, SharedPost } from "./answers/posts.js";
import type { ListedUser, OtherUser, UserBlock, UserMute } from "./answers/users.js";
import { Group } from "./Group.js";
import type { ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Other users. Reading public profiles and posts needs no token. */
export class Users extends Group {
  /** The public profile of a user. @throws `NotFound` */
  async read(id: string, options?: CallOptions): Promise<OtherUser> {
    return await this.call(operations.readUser, { id }, {}, options);
  }

  /** Users whose name begins with the text, or is like it: at most twenty. */
  async search(text: string, options?: CallOptions): Promise<readonly ListedUser[]> {
    return await this.call(operations.searchUsers, {}, { query: { q: text } }, options);
  }

  /** A user's posts that the caller sees, the newest first. */
  posts(id: string, options?: ListOptions): Listing<Post> {
    return this.listing(operations.listPostsOfUser, { id }, {}, options, "posts");
  }

  /** What a user has shared, the last first. */
  shares(id: string, options?: ListOptions): Listing<SharedPost> {
    return this.listing(operations.listSharesOfUser, { id }, {}, options);
  }

  /** A user's followers, the last first. */
  followers(id: string, options?: ListOptions): Listing<ListedUser> {
    return this.listing(operations.listFollowers, { id }, {}, options);
  }

  /** The users whom a user follows, the last first. */
  following(id: string, options?: ListOptions): Listing<ListedUser> {
    return this.listing(operations.listFollowing, { id }, {}, options);
  }

  /** Follows a user. @throws `ValidationError` if the caller does already, or for oneself */
  async follow(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.follow, { id }, {}, options);
  }

  /** Ends a follow. */
  async unfollow(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.unfollow, { id }, {}, options);
  }

  /** Ends the follow of a follower of the caller. */
  async removeFollower(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.removeFollower, { id }, {}, options);
  }

  /** Blocks a user: neither sees anything of the other, and friendship and follows end. */
  async block(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.block, { id }, {}, options);
  }

  /** Ends a block. */
  async unblock(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.unblock, { id }, {}, options);
  }

  /** The users whom the caller has blocked, the last first; pages count from 1. */
  async blocks(
    page: { readonly page?: number | undefined; readonly limit?: number | undefined } = {},
    options?: CallOptions,
  ): Promise<readonly UserBlock[]> {
    return await this.call(operations.listBlocks, {}, { query: { page: page.page, limit: page.limit } }, options);
  }

  /** Keeps a user's posts out of the caller's feed. The user is not told. */
  async mute(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.mute, { id }, {}, options);
  }

  /** Ends a mute. */
  async unmute(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.unmute, { id }, {}, options);
  }

  /** The users whom the caller has muted, the last first. */
  mutes(options?: ListOptions): Listing<UserMute> {
    return this.listing(operations.listMutes, {}, {}, options);
  }
}
