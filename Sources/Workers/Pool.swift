import Jobs

/// A pool of workers: one line of the Procfile, one queue.
enum Pool: String, CaseIterable {
    case images, notifications, email, counters, presence

    var queue: QueueName {
        switch self {
        case .images: .images
        case .notifications: .notifications
        case .email: .email
        case .counters: .counters
        case .presence: .presence
        }
    }

    /// How many jobs at once when the setting does not say: pictures need a core each, mail and pushes mostly wait, and a question
    /// about one account need not wait for the answer about all of them.
    var defaultSlots: Int {
        switch self {
        case .images: 2
        case .notifications: 16
        case .email: 4
        case .counters: 2
        case .presence: 1
        }
    }
}
