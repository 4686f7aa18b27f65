package import Domain

/// Hand a notification to the push service, and to the browsers that want to be told.
package struct SendPush: Job, Equatable {
    package static let kind = "send-push"
    package static let queue = QueueName.notifications
    package static let attempts = 12

    package let notification: NotificationID

    package init(notification: NotificationID) {
        self.notification = notification
    }
}
