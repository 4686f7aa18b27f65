import Chassis
import Jobs

/// A job with one number that encodes and decodes its own JSON, as a very frequent kind does.
protocol NumberedJob: Job {
    var number: Int { get }
    init(number: Int)
}

extension NumberedJob {
    static var queue: QueueName { .email }

    func payload() -> [UInt8] {
        var writer = JSONWriter(reserving: 32)
        writer.object { $0.member("number", number) }
        return writer.bytes
    }

    init(payload: [UInt8]) throws {
        guard let number = JSONMembers(payload)?.integer("number") else {
            throw JobError.permanent(reason: "no number")
        }
        self.init(number: number)
    }
}

/// An ephemeral job without an effect.
struct NoOp: NumberedJob {
    static let kind = "bench-no-op"
    static let durability = Durability.ephemeral(because: "a benchmark")
    let number: Int
}

/// An ephemeral job that measures how long it waited.
struct PickUp: NumberedJob {
    static let kind = "bench-pick-up"
    static let durability = Durability.ephemeral(because: "a benchmark")
    /// When it was sent: monotonic, of this machine, in nanoseconds.
    let number: Int
}

/// A durable job that inserts a row in the statement that ends it.
struct Effect: NumberedJob {
    static let kind = "bench-effect"
    let number: Int
}
