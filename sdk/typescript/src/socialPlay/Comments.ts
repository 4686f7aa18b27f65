import type { CallOptions } from "../CallOptions.js";
import type { Comment } from "./answers/posts.js";
import { Group } from "./Group.js";
import type { ChangeOptions, CreationOptions, ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Comments. Reading those of public posts needs no token. */
export class Comments extends Group {
  /** The comments of a post, the last first, with replies. */
  ofPost(postId: string, options?: ListOptions): Listing<Comment> {
    return this.listing(operations.listComments, { id: postId }, {}, options, "comments");
  }

  /** Comments a post. @throws `NotFound` for one that the caller does not see */
  async add(postId: string, content: string, options?: CreationOptions): Promise<Comment> {
    return await this.createAt(operations.commentPost, { id: postId }, { content }, options);
  }

  /** Replies to a comment. */
  async reply(id: string, content: string, options?: CreationOptions): Promise<Comment> {
    return await this.createAt(operations.replyToComment, { id }, { content }, options);
  }

  /** One comment. @throws `NotFound` */
  async read(id: string, options?: CallOptions): Promise<Comment> {
    return await this.call(operations.readComment, { id }, {}, options);
  }

  /** Changes a comment of the caller. @throws `Forbidden`; `Conflict` for one that has changed */
  async update(id: string, content: string, options?: ChangeOptions): Promise<Comment> {
    return await this.call(operations.updateComment, { id }, { body: { content } }, options);
  }

  /** Deletes a comment with its replies, for its author, the post's author and moderators. */
  async delete(id: string, options?: ChangeOptions): Promise<void> {
    await this.perform(operations.deleteComment, { id }, {}, options);
  }
}
