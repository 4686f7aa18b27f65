"""Every operation of the Social Service that this package can call, in one table.

Methods build their requests from here and from nowhere else, so the table can be compared with the
service's own OpenAPI document.
"""

from __future__ import annotations

from .operation import Credential, Operation

HEALTH = Operation("GET", "/v1/health", Credential.NONE)
DETAILED_HEALTH = Operation(
    "GET", "/v1/health/detailed", Credential.NONE, unhappy_answers=frozenset({503})
)

SEND_FRIEND_REQUEST = Operation("POST", "/v1/friends/request")
CANCEL_FRIEND_REQUEST = Operation("DELETE", "/v1/friends/request/{requestId}")
ACCEPT_FRIEND_REQUEST = Operation("POST", "/v1/friends/accept/{requestId}")
DECLINE_FRIEND_REQUEST = Operation("POST", "/v1/friends/decline/{requestId}")
LIST_FRIENDS = Operation("GET", "/v1/friends")
LIST_INCOMING_REQUESTS = Operation("GET", "/v1/friends/requests")
LIST_OUTGOING_REQUESTS = Operation("GET", "/v1/friends/requests/outgoing")
SEARCH_PEOPLE = Operation("GET", "/v1/friends/search")
LIST_BLOCKS = Operation("GET", "/v1/friends/blocks")
BLOCK_PERSON = Operation("POST", "/v1/friends/block/{userId}")
UNBLOCK_PERSON = Operation("DELETE", "/v1/friends/block/{userId}")
REMOVE_FRIEND = Operation("DELETE", "/v1/friends/{friendId}")

SEND_MESSAGE = Operation("POST", "/v1/messages", has_idempotency_key=True)
LIST_CONVERSATIONS = Operation("GET", "/v1/messages/conversations")
READ_HISTORY = Operation("GET", "/v1/messages/conversations/{friendId}")
MARK_MESSAGE_READ = Operation("PUT", "/v1/messages/{messageId}/read")

SET_ONLINE = Operation("PUT", "/v1/status/online")
SET_AWAY = Operation("PUT", "/v1/status/away")
SET_OFFLINE = Operation("PUT", "/v1/status/offline")
HEARTBEAT = Operation("POST", "/v1/status/heartbeat")
LIST_FRIENDS_STATUS = Operation("GET", "/v1/status/friends")

LIST_NOTIFICATIONS = Operation("GET", "/v1/notifications")
MARK_NOTIFICATION_READ = Operation("PUT", "/v1/notifications/{notificationId}/read")
MARK_ALL_NOTIFICATIONS_READ = Operation("PUT", "/v1/notifications/read-all")
READ_PREFERENCES = Operation("GET", "/v1/notifications/preferences")
UPDATE_PREFERENCES = Operation("PUT", "/v1/notifications/preferences")
READ_PUSH_KEY = Operation("GET", "/v1/notifications/push/key")
SUBSCRIBE_PUSH = Operation("POST", "/v1/notifications/push/subscriptions")
UNSUBSCRIBE_PUSH = Operation("DELETE", "/v1/notifications/push/subscriptions/{subscriptionId}")

READ_EVENTS = Operation("GET", "/v1/events")

INTEGRATION_FRIENDS = Operation(
    "GET", "/integration/achievement/{userId}/friends", Credential.SERVICE
)
INTEGRATION_FIRST_FRIEND = Operation(
    "POST", "/integration/achievement/webhook/first-friend", Credential.SERVICE
)
INTEGRATION_CONNECTION = Operation(
    "GET", "/integration/review/{userId}/connections/{targetUserId}", Credential.SERVICE
)
INTEGRATION_MUTUAL_FRIENDS = Operation(
    "GET", "/integration/review/{userId}/mutual-friends/{targetUserId}", Credential.SERVICE
)
INTEGRATION_PREFERENCES = Operation(
    "GET", "/integration/notification/{userId}/preferences", Credential.SERVICE
)

ALL: tuple[Operation, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Operation)
)
"""The whole table."""
