import Brokers
import Chassis

/// A broker on a thread of its own.
struct TestBroker: Sendable {
    private let broker: any MessageBroker
    private let thread = BlockingPool(name: "broker", threads: 1, queueLimit: 1_000)

    init(_ broker: any MessageBroker) {
        self.broker = broker
    }

    func publish(_ messages: [BrokerMessage], within limit: Duration = .seconds(20)) async throws -> Publication {
        try await thread.run { [broker] in broker.publish(messages, within: limit) }
    }

    func close() async {
        try? await thread.run { [broker] in broker.close() }
    }
}

/// Messages with numbers; those whose numbers differ by a multiple of ten have the same key.
func messages(_ numbers: Range<Int>, type: String, topic: String = "test") -> [BrokerMessage] {
    numbers.map { number in
        BrokerMessage(
            id: "id-\(number)", type: type, topic: topic, key: "key-\(number % 10)", time: .now,
            body: Array(#"{"number":\#(number)}"#.utf8))
    }
}
