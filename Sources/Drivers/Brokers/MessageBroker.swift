package import Chassis

/// A message broker that stores published messages durably. Blocks: use it on one thread of your own at a time.
package protocol MessageBroker: Sendable {
    /// Publishes messages in order, and returns what the broker has confirmed when the limit is reached or earlier.
    /// Connects if there is no connection; any failure ends the connection.
    func publish(_ messages: [BrokerMessage], within limit: Duration) -> Publication
    /// Closes the connection.
    func close()
}

/// A message with a body of JSON.
package struct BrokerMessage: Sendable {
    /// Stable over repeated deliveries.
    package let id: String
    /// What happened, such as `user.followed`; at most 255 bytes.
    package let type: String
    /// Groups types, such as `user`.
    package let topic: String
    /// Messages with the same key and topic stay in order.
    package let key: String
    package let time: Timestamp
    package let body: [UInt8]

    package init(id: String, type: String, topic: String, key: String, time: Timestamp, body: [UInt8]) {
        self.id = id
        self.type = type
        self.topic = topic
        self.key = key
        self.time = time
        self.body = body
    }

    /// The structured mode of CloudEvents 1.0 in JSON.
    static let contentType = "application/cloudevents+json; charset=UTF-8"
}

/// What became of messages.
package struct Publication: Sendable {
    /// The broker has stored this many, counted from the first. Later ones may have arrived too.
    package let confirmed: Int
    /// Nil if all are confirmed.
    package let failure: BrokerError?

    package init(confirmed: Int, failure: BrokerError?) {
        self.confirmed = confirmed
        self.failure = failure
    }
}

/// The reason why a broker has not confirmed messages. No description holds a credential.
package enum BrokerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no connection, or it was lost.
    case unreachable(String)
    /// The broker answered with an error: credentials, permissions, a missing exchange or topic.
    case refused(String)
    /// No answer within the limit.
    case timedOut

    package var description: String {
        switch self {
        case .unreachable(let reason): "unreachable: \(reason)"
        case .refused(let reason): "refused: \(reason)"
        case .timedOut: "no answer in time"
        }
    }
}

/// A point in monotonic time.
struct Deadline {
    private let end: UInt64

    init(after limit: Duration) {
        end = monotonicNanoseconds() + limit.nanoseconds
    }

    /// Nanoseconds; 0 when it has passed.
    var left: UInt64 {
        let now = monotonicNanoseconds()
        return now < end ? end - now : 0
    }

    var hasPassed: Bool { left == 0 }
    /// Rounded up; 0 when it has passed.
    var milliseconds: Int32 { Int32(clamping: (left + 999_999) / 1_000_000) }
}
