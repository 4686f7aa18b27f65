import Jobs

/// A pool of workers: one line of the Procfile, one queue.
enum Pool: String, CaseIterable {
    case images, email

    var queue: QueueName {
        switch self {
        case .images: .images
        case .email: .email
        }
    }

    /// How many jobs at once when the setting does not say: pictures need a core each, mail mostly waits.
    var defaultSlots: Int {
        switch self {
        case .images: 2
        case .email: 4
        }
    }
}
