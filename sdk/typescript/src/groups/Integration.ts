import type { CallOptions } from "../CallOptions.js";
import type {
  AchievementFriends,
  FirstFriend,
  MutualFriends,
  Received,
  SocialConnection,
} from "../answers/integration.js";
import type { NotificationPreferences } from "../answers/notifications.js";
import { operations } from "../operations.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/**
 * What other services ask about people, and tell of them. Needs `internalToken`.
 *
 * Every method throws `NotFound` `USER_NOT_FOUND` for people who are not there.
 */
export class Integration {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All friends of a user, for the achievement service. */
  async friendsForAchievements(userId: string, options?: CallOptions): Promise<AchievementFriends> {
    return await this.#transport.send(new ServiceRequest(operations.friendsForAchievements, { userId }), options);
  }

  /**
   * Reports the first friendship of a user, who is notified.
   *
   * @throws `ValidationError` for a time that is none.
   */
  async firstFriend(event: FirstFriend, options?: CallOptions): Promise<Received> {
    const { userId, friendId, timestamp } = event;
    const body = { userId, friendId, timestamp };
    return await this.#transport.send(new ServiceRequest(operations.firstFriend, {}, { body }), options);
  }

  /** What two people are to each other, for the review service. */
  async connection(userId: string, targetUserId: string, options?: CallOptions): Promise<SocialConnection> {
    const request = new ServiceRequest(operations.checkConnection, { userId, targetUserId });
    return await this.#transport.send(request, options);
  }

  /** Whom two people both have for a friend, for the review service. */
  async mutualFriends(userId: string, targetUserId: string, options?: CallOptions): Promise<MutualFriends> {
    const request = new ServiceRequest(operations.mutualFriends, { userId, targetUserId });
    return await this.#transport.send(request, options);
  }

  /** The notification preferences of a user, for the notification service. */
  async notificationPreferences(userId: string, options?: CallOptions): Promise<NotificationPreferences> {
    return await this.#transport.send(new ServiceRequest(operations.notificationPreferences, { userId }), options);
  }
}
