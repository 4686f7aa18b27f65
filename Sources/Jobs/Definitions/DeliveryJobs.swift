import Chassis
package import Domain

/// Delivers a notification to the operator's push service, and enqueues a delivery for each subscribed browser.
package struct SendPush: Job, Equatable {
    package static let kind = "send-push"
    package static let queue = QueueName.deliveries
    package static let priority = Priority.high
    package static let attempts = 12
    package static let timeout = Duration.seconds(30)

    package let notification: NotificationID

    package init(notification: NotificationID) {
        self.notification = notification
    }
}

/// Delivers a notification to one browser, at an address that its user named.
package struct SendWebPush: Job, Equatable {
    package static let kind = "send-web-push"
    package static let queue = QueueName.deliveries
    package static let attempts = 8
    package static let timeout = Duration.seconds(30)

    package let notification: NotificationID
    package let subscription: SubscriptionID
    /// Only while it is enqueued: the limits themselves are stored with the job.
    private let limited: (user: UserID, host: String, by: DeliveryLimits)?

    private enum CodingKeys: CodingKey {
        case notification, subscription
    }

    /// - Parameters:
    ///   - user: Whose deliveries are limited together.
    ///   - host: The host and port of the push service, whose deliveries are limited together.
    package init(
        notification: NotificationID, subscription: SubscriptionID, user: UserID, host: String, limits: DeliveryLimits
    ) {
        self.notification = notification
        self.subscription = subscription
        limited = (user, host, limits)
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        notification = try members.decode(NotificationID.self, forKey: .notification)
        subscription = try members.decode(SubscriptionID.self, forKey: .subscription)
        limited = nil
    }

    package var limits: [JobLimit] {
        limited.map { $0.by.limits(user: $0.user, host: $0.host) } ?? []
    }

    package static func == (left: SendWebPush, right: SendWebPush) -> Bool {
        (left.notification, left.subscription) == (right.notification, right.subscription)
    }
}

/// The limits of deliveries to addresses that users name, over all workers: the browsers of one user, or a push service
/// that answers slowly, must not take all slots of the pool.
package struct DeliveryLimits: Sendable {
    /// Running at once.
    package let perUser: Int
    package let perUserAndMinute: Int
    /// Running at once.
    package let perHost: Int
    package let perHostAndSecond: Int
    /// Running at once in all: the other slots are left to the operator's webhooks.
    package let total: Int

    package init(
        perUser: Int = 2, perUserAndMinute: Int = 120, perHost: Int = 8, perHostAndSecond: Int = 50, total: Int = 24
    ) {
        self.perUser = perUser
        self.perUserAndMinute = perUserAndMinute
        self.perHost = perHost
        self.perHostAndSecond = perHostAndSecond
        self.total = total
    }

    /// The user's come first: a job over them does not stand in the line of a host that all users share.
    func limits(user: UserID, host: String) -> [JobLimit] {
        [
            .running(atMost: perUser, of: "user \(user)"),
            .rate(perUserAndMinute, per: .seconds(60), of: "user \(user)"),
            .running(atMost: perHost, of: "host \(host)"),
            .rate(perHostAndSecond, per: .seconds(1), of: "host \(host)"),
            .running(atMost: total, of: "browsers"),
        ]
    }
}

/// Reports a user's first friendship to the achievement service (S0-79).
package struct ReportFirstFriend: Job, Equatable {
    package static let kind = "report-first-friend"
    package static let queue = QueueName.deliveries
    package static let priority = Priority.high
    package static let attempts = 20
    package static let timeout = Duration.seconds(30)

    package let user: UserID
    package let friend: UserID

    package init(user: UserID, friend: UserID) {
        self.user = user
        self.friend = friend
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("user", user.description)
            object.member("friend", friend.description)
        }
        return writer.bytes
    }
}
