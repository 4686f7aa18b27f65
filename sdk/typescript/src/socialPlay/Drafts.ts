import type { CallOptions } from "../CallOptions.js";
import type { Draft, DraftChanges, DraftToKeep, Post } from "./answers/posts.js";
import { Group } from "./Group.js";
import type { ChangeOptions, CreationOptions, ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Drafts and scheduled posts. Only their author sees them. */
export class Drafts extends Group {
  /** Keeps a draft. */
  async create(draft: DraftToKeep, options?: CreationOptions): Promise<Draft> {
    return await this.createAt(operations.createDraft, {}, draft, options);
  }

  /** All drafts, the last first. */
  list(options?: ListOptions): Listing<Draft> {
    return this.listing(operations.listDrafts, {}, {}, options, "drafts");
  }

  /** One draft. @throws `NotFound` */
  async read(id: string, options?: CallOptions): Promise<Draft> {
    return await this.call(operations.readDraft, { id }, {}, options);
  }

  /** Changes what is named, and nothing else. @throws `Conflict` for one that has changed */
  async update(id: string, changes: DraftChanges, options?: ChangeOptions): Promise<Draft> {
    return await this.call(operations.updateDraft, { id }, { body: changes }, options);
  }

  /** Deletes a draft. */
  async delete(id: string, options?: ChangeOptions): Promise<void> {
    await this.perform(operations.deleteDraft, { id }, {}, options);
  }

  /** Makes a post of a draft now. */
  async publish(id: string, options?: CreationOptions): Promise<Post> {
    return await this.createAt(operations.publishDraft, { id }, undefined, options);
  }
}
