import type { CallOptions } from "./CallOptions.js";
import type { DetailedHealth, Health } from "./answers/health.js";
import { Friends } from "./groups/Friends.js";
import { Integration } from "./groups/Integration.js";
import { Messages } from "./groups/Messages.js";
import { Notifications } from "./groups/Notifications.js";
import { Status } from "./groups/Status.js";
import { operations } from "./operations.js";
import type { SocialServiceOptions } from "./SocialServiceOptions.js";
import { connect } from "./transport/connect.js";
import { ServiceRequest } from "./transport/ServiceRequest.js";
import type { Transport } from "./transport/Transport.js";

/**
 * The Social Service, as one person or one service sees it.
 *
 * A client holds no connection and costs next to nothing: make another one for another token. Every call may reject
 * with a `SocialServiceError` (the service said no), a `ConnectionFailed` (it could not be heard) or a
 * `TypeError` (an argument cannot be sent at all, such as an empty id).
 */
export class SocialServiceClient {
  /** Friends, requests, search and blocks. */
  readonly friends: Friends;
  /** What friends write to each other. */
  readonly messages: Messages;
  /** Who is there, and what they play. */
  readonly status: Status;
  /** The inbox, and the preferences of notifications. */
  readonly notifications: Notifications;
  /** What other services ask; needs `internalToken`. */
  readonly integration: Integration;

  readonly #transport: Transport;

  /** @throws TypeError or RangeError for options that cannot work. Neither shows a token. */
  constructor(options: SocialServiceOptions) {
    const transport = connect(options);
    this.#transport = transport;
    this.friends = new Friends(transport);
    this.messages = new Messages(transport);
    this.status = new Status(transport);
    this.notifications = new Notifications(transport);
    this.integration = new Integration(transport);
  }

  /** Whether the process answers. Needs no token. */
  async health(options?: CallOptions): Promise<Health> {
    return await this.#transport.send(new ServiceRequest(operations.health, {}), options);
  }

  /**
   * How everything is that the service depends on. Needs no token. A service that is `degraded` is an answer, not an
   * error, although it comes with status 503.
   */
  async detailedHealth(options?: CallOptions): Promise<DetailedHealth> {
    const request = new ServiceRequest(operations.detailedHealth, {}, { answersWith: [503] });
    return await this.#transport.send(request, options);
  }
}
