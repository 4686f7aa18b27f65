import type { CallOptions } from "../CallOptions.js";
import type { Page } from "../answers/common.js";
import type { Conversation, HistoryFilter, Message, MessagePage, NewMessage } from "../answers/messages.js";
import { operations } from "../operations.js";
import { newIdempotencyKey } from "../transport/newIdempotencyKey.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/** What friends write to each other. */
export class Messages {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Writes to a friend. However often it has to be sent until there is an answer, it is one message.
   *
   * @throws `Forbidden` `NOT_FRIENDS`; `NotFound` `USER_NOT_FOUND`; `ValidationError`
   * `MESSAGE_TOO_LONG`; `Conflict` `ALREADY_EXISTS` when the key was used for another message.
   */
  async send(message: NewMessage, options?: CallOptions): Promise<Message> {
    const body = { toUserId: message.toUserId, content: message.content };
    const idempotencyKey = checkedKey(message.idempotencyKey) ?? newIdempotencyKey();
    const request = new ServiceRequest(operations.sendMessage, {}, { body, idempotencyKey });
    return await this.#transport.send(request, options);
  }

  /** Conversations, those with the newest messages first; at most 100 on a page. */
  async conversations(page: Page = {}, options?: CallOptions): Promise<readonly Conversation[]> {
    const query = { page: page.page, limit: page.limit };
    return await this.#transport.send(new ServiceRequest(operations.listConversations, {}, { query }), options);
  }

  /**
   * One page of what was written with a friend; 50 messages if no limit is given, at most 100. To go back in time while
   * both go on writing, ask with `before`: the id of the first message of the page one has.
   *
   * @throws `NotFound` `CONVERSATION_NOT_FOUND` when nothing was ever written.
   */
  async history(friendId: string, filter: HistoryFilter = {}, options?: CallOptions): Promise<MessagePage> {
    const query = { page: filter.page, limit: filter.limit, before: filter.before };
    return await this.#transport.send(new ServiceRequest(operations.readHistory, { friendId }, { query }), options);
  }

  /**
   * Says that a message was read. Saying so again changes nothing.
   *
   * @throws `NotFound` `MESSAGE_NOT_FOUND`; `Forbidden` for a message of one's own.
   */
  async markRead(messageId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.markMessageRead, { messageId }), options);
  }
}

function checkedKey(key: string | undefined): string | undefined {
  if (key !== undefined && !/^[\x21-\x7E]{1,255}$/.test(key)) {
    throw new TypeError("idempotencyKey must be 1 to 255 visible ASCII characters");
  }
  return key;
}
