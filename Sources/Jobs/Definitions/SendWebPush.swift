package import Domain

/// Tell one browser.
package struct SendWebPush: Job, Equatable {
    package static let kind = "send-web-push"
    package static let queue = QueueName.notifications
    package static let attempts = 8

    package let notification: NotificationID
    package let subscription: SubscriptionID

    package init(notification: NotificationID, subscription: SubscriptionID) {
        self.notification = notification
        self.subscription = subscription
    }
}
