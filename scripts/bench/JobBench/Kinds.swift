import Chassis
import Jobs

/// Does nothing, in Redis alone. Writes and reads its own JSON, as a kind does of which there are very many.
struct Nothing: Job {
    static let kind = "bench-nothing"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a benchmark")
    let number: Int

    func payload() -> [UInt8] {
        var writer = JSONWriter(reserving: 32)
        writer.object { $0.member("number", number) }
        return writer.bytes
    }

    init(payload: [UInt8]) throws {
        guard let number = JSONMembers(payload)?.integer("number") else {
            throw JobError.permanent(reason: "no number")
        }
        self.number = number
    }

    init(number: Int) { self.number = number }
}

/// Says how long it waited.
struct PickUp: Job {
    static let kind = "bench-pick-up"
    static let queue = QueueName.email
    static let durability = Durability.ephemeral(because: "a benchmark")
    /// Monotonic, of this machine, in nanoseconds.
    let sentAt: UInt64
}

/// Writes a row in the statement that ends it.
struct Effect: Job {
    static let kind = "bench-effect"
    static let queue = QueueName.email
    let number: Int
}
