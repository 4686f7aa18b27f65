package import Domain

/// Tell the achievement service of the first friendship of somebody's life (S0-79).
package struct ReportFirstFriend: Job, Equatable {
    package static let kind = "report-first-friend"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let user: UserID
    package let friend: UserID

    package init(user: UserID, friend: UserID) {
        self.user = user
        self.friend = friend
    }
}
