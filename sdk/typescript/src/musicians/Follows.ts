import type { CallOptions } from "../CallOptions.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import type { Activity, CursorOptions, CursorPage, Follow } from "./answers.js";
import { musiciansOperations } from "./musiciansOperations.js";
import { allPages, readPage } from "./pages.js";

/** Who follows whom, and what followed users do. */
export class Follows {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Follows a user. Following a followed user is fine, and answers with the same follow.
   *
   * @throws `NotFound`; `ValidationError` for oneself; `Forbidden` for a user whom the caller has blocked.
   */
  async follow(userId: string, options?: CallOptions): Promise<Follow> {
    const request = new ServiceRequest(musiciansOperations.follow, { userId }, { body: {} });
    return (await this.#transport.send<{ data: Follow }>(request, options)).data;
  }

  /** Ends a follow. @throws `NotFound` if there is none */
  async unfollow(userId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(musiciansOperations.unfollow, { userId }), options);
  }

  /** One page of a user's followers, the newest first: 1,000 if no limit is given, and at most. @throws `NotFound` */
  async followers(userId: string, page: CursorOptions = {}, options: CallOptions = {}): Promise<CursorPage<Follow>> {
    return await this.#page(musiciansOperations.listFollowers, userId, page, options);
  }

  /** One page of a user's follows, as `followers`. @throws `NotFound` */
  async following(userId: string, page: CursorOptions = {}, options: CallOptions = {}): Promise<CursorPage<Follow>> {
    return await this.#page(musiciansOperations.listFollowing, userId, page, options);
  }

  /** All followers of a user; pages of `limit` are read as the iteration comes to them. @throws `NotFound` */
  allFollowers(
    userId: string,
    page: { readonly limit?: number | undefined } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Follow, void, undefined> {
    return allPages((cursor) => this.followers(userId, cursor, options), page.limit);
  }

  /** All follows of a user, as `allFollowers`. @throws `NotFound` */
  allFollowing(
    userId: string,
    page: { readonly limit?: number | undefined } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Follow, void, undefined> {
    return allPages((cursor) => this.following(userId, cursor, options), page.limit);
  }

  /** Whether a user follows another, as far as one of their lists shows it to the caller. Needs no token. */
  async isFollowing(followerId: string, followingId: string, options?: CallOptions): Promise<boolean> {
    const request = new ServiceRequest(musiciansOperations.isFollowing, { followerId, followingId });
    return (await this.#transport.send<{ data: { isFollowing: boolean } }>(request, options)).data.isFollowing;
  }

  /**
   * One page of what the users did whom the caller follows, the newest first: 50 activities if no limit is given, at
   * most 100.
   *
   * @param userId The caller. @throws `Forbidden` for another user.
   */
  async feed(userId: string, page: CursorOptions = {}, options: CallOptions = {}): Promise<CursorPage<Activity>> {
    const query = { userId, limit: page.limit, cursor: page.cursor };
    const request = new ServiceRequest(musiciansOperations.readFeed, {}, { query });
    return await readPage<{ data: readonly Activity[] }, Activity>(
      this.#transport, request, ({ data }) => data, options);
  }

  /** The whole feed; pages of `limit` are read as the iteration comes to them. A service without pages has one. */
  allFeed(
    userId: string,
    page: { readonly limit?: number | undefined } = {},
    options: CallOptions = {},
  ): AsyncGenerator<Activity, void, undefined> {
    return allPages((cursor) => this.feed(userId, cursor, options), page.limit);
  }

  async #page(
    operation: typeof musiciansOperations.listFollowers | typeof musiciansOperations.listFollowing,
    userId: string,
    { limit, cursor }: CursorOptions,
    options: CallOptions,
  ): Promise<CursorPage<Follow>> {
    const request = new ServiceRequest<string>(operation, { userId }, { query: { limit, cursor } });
    return await readPage<{ data: readonly Follow[] }, Follow>(this.#transport, request, ({ data }) => data, options);
  }
}
