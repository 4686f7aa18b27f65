import type { CallOptions } from "../CallOptions.js";
import type { GroupedNotification, ReadNotification } from "./answers/notifications.js";
import { Group } from "./Group.js";
import type { ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Notifications in groups. `SocialServiceClient.notifications` has the preferences of all surfaces. */
export class Inbox extends Group {
  /** The inbox, the last one first. */
  list(options?: ListOptions): Listing<GroupedNotification> {
    return this.listing(operations.listNotifications, {}, {}, options, "notifications");
  }

  /** How many groups have something unread. */
  async unreadCount(options?: CallOptions): Promise<number> {
    const answer = await this.call<{ unreadCount: number }>(operations.countUnreadNotifications, {}, {}, options);
    return answer.unreadCount;
  }

  /** Marks a group as read up to the notification that was listed: a like that came since stays unread. */
  async markRead(id: string, options?: CallOptions): Promise<ReadNotification> {
    return await this.call(operations.readNotification, { id }, {}, options);
  }

  /** Marks everything as read. */
  async markAllRead(options?: CallOptions): Promise<void> {
    await this.perform(operations.readAllNotifications, {}, {}, options);
  }

  /** Deletes a group. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.deleteNotification, { id }, {}, options);
  }
}
