import type { CallOptions } from "../CallOptions.js";
import type { Page } from "../answers/common.js";
import type {
  BrowserSubscription,
  EventPage,
  NotificationPage,
  NotificationPreferences,
  PreferenceChanges,
  PushKey,
  Subscription,
} from "../answers/notifications.js";
import { operations } from "../operations.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/** The inbox, and the preferences of notifications. */
export class Notifications {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of notifications, the newest first; 20 of them if no limit is given, at most 100. */
  async list(page: Page = {}, options?: CallOptions): Promise<NotificationPage> {
    const query = { page: page.page, limit: page.limit };
    return await this.#transport.send(new ServiceRequest(operations.listNotifications, {}, { query }), options);
  }

  /**
   * Says that one was read.
   *
   * @throws `NotFound` when there is no such notification.
   */
  async read(notificationId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.markNotificationRead, { notificationId }), options);
  }

  /** Says that all were read. */
  async readAll(options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.markAllNotificationsRead, {}), options);
  }

  /** How one wants to be told. */
  async preferences(options?: CallOptions): Promise<NotificationPreferences> {
    return await this.#transport.send(new ServiceRequest(operations.readPreferences, {}), options);
  }

  /**
   * Changes how one wants to be told; what is left out stays.
   *
   * @returns How it is then.
   * @throws `ValidationError` for a method or a time zone that there is not.
   */
  async updatePreferences(changes: PreferenceChanges, options?: CallOptions): Promise<NotificationPreferences> {
    const { preferences, emailNotifications, quietHours } = changes;
    const body = { preferences, emailNotifications, quietHours };
    return await this.#transport.send(new ServiceRequest(operations.updatePreferences, {}, { body }), options);
  }

  /**
   * What happened to the caller behind a position, at most 100 events; without one, the position to begin with.
   *
   * @param waitSeconds How long to wait for an event; less than the client's timeout.
   */
  async events(after?: string, waitSeconds?: number, options?: CallOptions): Promise<EventPage> {
    const query = { after, wait: waitSeconds };
    return await this.#transport.send(new ServiceRequest(operations.readEvents, {}, { query }), options);
  }

  /** The key that a browser subscribes with. */
  async pushKey(options?: CallOptions): Promise<PushKey> {
    return await this.#transport.send(new ServiceRequest(operations.readPushKey, {}), options);
  }

  /**
   * Subscribes a browser to pushes.
   *
   * @throws `ValidationError` for what is no subscription of a browser.
   */
  async subscribe(subscription: BrowserSubscription, options?: CallOptions): Promise<Subscription> {
    const { endpoint, keys } = subscription;
    const body = { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
    return await this.#transport.send(new ServiceRequest(operations.subscribe, {}, { body }), options);
  }

  /**
   * Has a browser be told no more.
   *
   * @throws `NotFound` when there is no such subscription.
   */
  async unsubscribe(subscriptionId: string, options?: CallOptions): Promise<void> {
    await this.#transport.send(new ServiceRequest(operations.unsubscribe, { subscriptionId }), options);
  }
}
