import type { CallOptions } from "../CallOptions.js";
import type {
  DirectConversation, DirectMessage, DirectMessageToSend, FoundMessage, MessageChanges,
} from "./answers/messages.js";
import { Group } from "./Group.js";
import type { CreationOptions, ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Messages to anybody. They are those of the Social Service, under the same ids. */
export class DirectMessages extends Group {
  /**
   * Writes to a user, who need not be a friend. However often it has to be sent until there is an answer, it is one
   * message.
   *
   * @throws `NotFound`; `ValidationError`; `Conflict` for a key of another message
   */
  async send(userId: string, message: DirectMessageToSend, options?: CreationOptions): Promise<DirectMessage> {
    return await this.createAt(operations.sendMessage, { id: userId }, message, options);
  }

  /** The caller's conversations, the last one first. */
  conversations(options?: ListOptions): Listing<DirectConversation> {
    return this.listing(operations.listConversations, {}, {}, options, "conversations");
  }

  /** The conversation with a user, the newest message first. */
  history(userId: string, options?: ListOptions): Listing<DirectMessage> {
    return this.listing(operations.readMessages, { id: userId }, {}, options, "messages");
  }

  /** The caller's messages with the words, the newest first. */
  search(text: string, options?: ListOptions): Listing<FoundMessage> {
    return this.listing(operations.searchMessages, {}, { q: text }, options, "messages");
  }

  /** How many messages the caller has not read. */
  async unreadCount(options?: CallOptions): Promise<number> {
    return (await this.call<{ unreadCount: number }>(operations.countUnreadMessages, {}, {}, options)).unreadCount;
  }

  /** Changes a message of the caller within fifteen minutes. @throws `Forbidden` for another user's, and afterwards */
  async update(id: string, changes: MessageChanges, options?: CallOptions): Promise<DirectMessage> {
    return await this.call(operations.updateMessage, { id }, { body: changes }, options);
  }

  /** Deletes a message: for the caller alone, or, of an own one, for both. */
  async delete(id: string, whose: { readonly forBoth?: boolean } = {}, options?: CallOptions): Promise<void> {
    const query = { for: whose.forBoth === true ? "all" : "me" };
    await this.perform(operations.deleteMessage, { id }, { query }, options);
  }

  /** Marks a message to the caller as read. */
  async markRead(id: string, options?: CallOptions): Promise<DirectMessage> {
    return await this.call(operations.markMessageRead, { id }, {}, options);
  }

  /** Sets the caller's reaction, one emoji, in the place of an earlier one. */
  async react(id: string, emoji: string, options?: CallOptions): Promise<DirectMessage> {
    return await this.call(operations.reactToMessage, { id }, { body: { emoji } }, options);
  }

  /** Removes the caller's reaction. */
  async endReaction(id: string, options?: CallOptions): Promise<DirectMessage> {
    return await this.call(operations.endReaction, { id }, {}, options);
  }
}
