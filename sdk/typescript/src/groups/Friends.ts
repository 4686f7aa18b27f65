import type { CallOptions } from "../CallOptions.js";
import type { Page } from "../answers/common.js";
import type {
  AcceptedFriendRequest,
  BlockedPerson,
  FoundPerson,
  FriendFilter,
  FriendPage,
  IncomingFriendRequest,
  NewFriendRequest,
  OutgoingFriendRequest,
  SentFriendRequest,
} from "../answers/friends.js";
import { operations } from "../operations.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/** Friends, requests, search and blocks. */
export class Friends {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends a friend request. If the other user has sent one, both are friends at once.
   *
   * @throws `NotFound` `USER_NOT_FOUND`; `Conflict` `ALREADY_FRIENDS`, `FRIEND_REQUEST_EXISTS`;
   * `ValidationError` `CANNOT_ADD_YOURSELF`; `Forbidden` for a user whom the caller has blocked, or when one of
   * the two has the maximum number of friends.
   */
  async sendRequest(request: NewFriendRequest, options?: CallOptions): Promise<SentFriendRequest> {
    const { toUserId, message } = request;
    const body = { toUserId, message };
    return await this.#transport.send(new ServiceRequest(operations.sendFriendRequest, {}, { body }), options);
  }

  /**
   * Takes an own request back.
   *
   * @throws `NotFound` `FRIEND_REQUEST_NOT_FOUND`.
   */
  async cancelRequest(requestId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.cancelFriendRequest, { requestId }), options);
  }

  /**
   * Accepts an incoming request.
   *
   * @throws `NotFound` `FRIEND_REQUEST_NOT_FOUND`, also when it was answered already.
   */
  async accept(requestId: string, options?: CallOptions): Promise<AcceptedFriendRequest> {
    return await this.#transport.send(new ServiceRequest(operations.acceptFriendRequest, { requestId }), options);
  }

  /**
   * Declines an incoming request; the sender is not notified, and may send another.
   *
   * @throws `NotFound` `FRIEND_REQUEST_NOT_FOUND`, also when it was answered already.
   */
  async decline(requestId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.declineFriendRequest, { requestId }), options);
  }

  /**
   * Ends a friendship, for both.
   *
   * @throws `NotFound` when the two are no friends.
   */
  async remove(friendId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.removeFriend, { friendId }), options);
  }

  /** One page of friends; 20 of them if no limit is given, at most 50. */
  async list(filter: FriendFilter = {}, options?: CallOptions): Promise<FriendPage> {
    const query = { page: filter.page, limit: filter.limit, status: filter.status };
    return await this.#transport.send(new ServiceRequest(operations.listFriends, {}, { query }), options);
  }

  /** Requests that wait for an answer; at most 100 on a page. */
  async requests(page: Page = {}, options?: CallOptions): Promise<readonly IncomingFriendRequest[]> {
    const query = { page: page.page, limit: page.limit };
    return await this.#transport.send(new ServiceRequest(operations.listFriendRequests, {}, { query }), options);
  }

  /** Own pending requests; at most 100 on a page. */
  async outgoingRequests(page: Page = {}, options?: CallOptions): Promise<readonly OutgoingFriendRequest[]> {
    const query = { page: page.page, limit: page.limit };
    const request = new ServiceRequest(operations.listOutgoingFriendRequests, {}, { query });
    return await this.#transport.send(request, options);
  }

  /**
   * Finds at most 50 people by name.
   *
   * @param query 2 to 50 characters.
   * @throws `ValidationError` for a text that is shorter or longer.
   */
  async search(query: string, options?: CallOptions): Promise<readonly FoundPerson[]> {
    const request = new ServiceRequest(operations.searchPeople, {}, { query: { q: query } });
    return await this.#transport.send(request, options);
  }

  /**
   * Blocks a user: friendship and requests end, and the blocked user gets a stranger's responses. Blocking twice is
   * fine.
   *
   * @throws `NotFound` `USER_NOT_FOUND`; `ValidationError` for oneself.
   */
  async block(userId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.block, { userId }), options);
  }

  /**
   * Ends a block. What it ended does not come back.
   *
   * @throws `NotFound` when there is no block.
   */
  async unblock(userId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.unblock, { userId }), options);
  }

  /** Whom one has blocked; at most 100 on a page. */
  async blocks(page: Page = {}, options?: CallOptions): Promise<readonly BlockedPerson[]> {
    const query = { page: page.page, limit: page.limit };
    return await this.#transport.send(new ServiceRequest(operations.listBlocks, {}, { query }), options);
  }
}
