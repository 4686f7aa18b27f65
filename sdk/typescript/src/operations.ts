/**
 * The required credential: none, a user's access token if there is one, a user's access token, or the internal token of
 * another service.
 */
export type Access = "anyone" | "reader" | "person" | "service";

/** What one route of the service takes, whatever is sent to it. */
export interface Operation<Path extends string = string> {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A template below the base URL: `{name}` stands for one segment. */
  readonly path: Path;
  readonly access: Access;
  /** Whether asking twice does no more than asking once, so that a lost answer may be asked for again. */
  readonly isRepeatable: boolean;
}

export const by =
  (access: Access) =>
  <Path extends string>(method: Operation["method"], path: Path): Operation<Path> => ({
    method,
    path,
    access,
    isRepeatable: method !== "POST",
  });

const anyone = by("anyone");
const person = by("person");
const service = by("service");

/** A POST that does no more when it comes twice. */
export const repeatable = <Path extends string>(operation: Operation<Path>): Operation<Path> => ({
  ...operation,
  isRepeatable: true,
});

/** Everything the Social Service's client can ask for: the one place where methods and paths are written down. */
export const operations = {
  health: anyone("GET", "/v1/health"),
  detailedHealth: anyone("GET", "/v1/health/detailed"),

  sendFriendRequest: person("POST", "/v1/friends/request"),
  cancelFriendRequest: person("DELETE", "/v1/friends/request/{requestId}"),
  acceptFriendRequest: person("POST", "/v1/friends/accept/{requestId}"),
  declineFriendRequest: person("POST", "/v1/friends/decline/{requestId}"),
  listFriends: person("GET", "/v1/friends"),
  listFriendRequests: person("GET", "/v1/friends/requests"),
  listOutgoingFriendRequests: person("GET", "/v1/friends/requests/outgoing"),
  searchPeople: person("GET", "/v1/friends/search"),
  listBlocks: person("GET", "/v1/friends/blocks"),
  // Blocking a user twice is not an error.
  block: repeatable(person("POST", "/v1/friends/block/{userId}")),
  unblock: person("DELETE", "/v1/friends/block/{userId}"),
  removeFriend: person("DELETE", "/v1/friends/{friendId}"),

  // Always sent with an Idempotency-Key.
  sendMessage: repeatable(person("POST", "/v1/messages")),
  listConversations: person("GET", "/v1/messages/conversations"),
  readHistory: person("GET", "/v1/messages/conversations/{friendId}"),
  markMessageRead: person("PUT", "/v1/messages/{messageId}/read"),

  setOnline: person("PUT", "/v1/status/online"),
  setAway: person("PUT", "/v1/status/away"),
  setOffline: person("PUT", "/v1/status/offline"),
  // It only moves a deadline.
  heartbeat: repeatable(person("POST", "/v1/status/heartbeat")),
  listFriendStatuses: person("GET", "/v1/status/friends"),

  listNotifications: person("GET", "/v1/notifications"),
  markAllNotificationsRead: person("PUT", "/v1/notifications/read-all"),
  markNotificationRead: person("PUT", "/v1/notifications/{notificationId}/read"),
  readPreferences: person("GET", "/v1/notifications/preferences"),
  updatePreferences: person("PUT", "/v1/notifications/preferences"),
  readPushKey: person("GET", "/v1/notifications/push/key"),
  subscribe: person("POST", "/v1/notifications/push/subscriptions"),
  unsubscribe: person("DELETE", "/v1/notifications/push/subscriptions/{subscriptionId}"),
  readEvents: person("GET", "/v1/events"),

  friendsForAchievements: service("GET", "/integration/achievement/{userId}/friends"),
  firstFriend: service("POST", "/integration/achievement/webhook/first-friend"),
  checkConnection: service("GET", "/integration/review/{userId}/connections/{targetUserId}"),
  mutualFriends: service("GET", "/integration/review/{userId}/mutual-friends/{targetUserId}"),
  notificationPreferences: service("GET", "/integration/notification/{userId}/preferences"),
} as const;
