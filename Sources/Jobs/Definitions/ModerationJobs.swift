package import Domain

/// Enqueues a ``Notify`` for each user who reported the target of a closed case.
package struct NotifyReporters: Job, Equatable {
    package static let kind = "notify-reporters"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let closed: CaseID
    /// Whether a moderator acted; false if the reports were dismissed.
    package let isActedOn: Bool

    package init(of closed: CaseID, isActedOn: Bool) {
        self.closed = closed
        self.isActedOn = isActedOn
    }
}

/// Sends the e-mail about a moderator's action, or about the decision on the appeal against it. The link's secret is
/// computed when the e-mail is written, so that it is stored nowhere.
package struct SendModerationLetter: Job, Equatable {
    package static let kind = "send-moderation-letter"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = Duration.seconds(1_200)

    package let action: ModerationActionID
    package let isDecision: Bool

    package init(about action: ModerationActionID, isDecision: Bool) {
        self.action = action
        self.isDecision = isDecision
    }
}

/// Activates the accounts whose suspension has ended.
package struct EndSuspensions: Job, Equatable {
    package static let kind = "end-suspensions"
    package static let queue = QueueName.maintenance
    package static let durability = Durability.ephemeral(because: "the next run finds the same accounts, and more")
    package static let timeout = Duration.seconds(300)

    package init() {}
}
