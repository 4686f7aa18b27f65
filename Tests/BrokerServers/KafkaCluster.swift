import CRDKafka
import Chassis
import Glibc

/// librdkafka's mock of a Kafka cluster in this process, on ports of 127.0.0.1: it speaks Kafka's protocol, checks the
/// sequence numbers of idempotent producers, and keeps its messages in memory.
///
/// `@unchecked Sendable`: librdkafka's handles may be used on any thread; reading goes on on one thread of its own.
package final class KafkaCluster: @unchecked Sendable {
    /// A message as a consumer gets it.
    package struct Message: Sendable, Equatable {
        package let topic: String
        package let partition: Int
        package let key: String
        package let contentType: String
        package let body: String
    }

    package struct Failure: Error {}

    /// `host:port,…` of all brokers.
    package let brokers: String
    private let owner: OpaquePointer
    private let cluster: OpaquePointer
    private let brokerCount: Int
    private let thread = BlockingPool(name: "kafka-reader", threads: 1, queueLimit: 1_000)
    private static let partitions = 4

    package init(brokers count: Int = 3, topics: [String] = []) throws {
        guard let owner = rd_kafka_new(RD_KAFKA_PRODUCER, Self.configuration([:]), nil, 0) else { throw Failure() }
        guard let cluster = rd_kafka_mock_cluster_new(owner, Int32(count)) else {
            rd_kafka_destroy(owner)
            throw Failure()
        }
        self.owner = owner
        self.cluster = cluster
        brokerCount = count
        brokers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        for topic in topics {
            rd_kafka_mock_topic_create(cluster, topic, Int32(Self.partitions), Int32(count))
        }
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(owner)
    }

    /// Stops all brokers: their connections end, and no new ones are accepted.
    package func stop() {
        for broker in 1...brokerCount { rd_kafka_mock_broker_set_down(cluster, Int32(broker)) }
    }

    /// Starts them again, with the messages that they had.
    package func resume() {
        for broker in 1...brokerCount { rd_kafka_mock_broker_set_up(cluster, Int32(broker)) }
    }

    /// Answers the next requests that write messages with an error.
    /// - Parameter code: Of Kafka's protocol.
    package func refuseWrites(_ count: Int, code: Int) {
        let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(rawValue: Int32(code)), count: count)
        rd_kafka_mock_push_request_errors_array(cluster, 0, count, errors)
    }

    /// Reads topics from the beginning until there are so many messages; those of one partition are in order.
    /// - Parameter seconds: After them it returns what has arrived.
    package func read(_ topics: [String], _ count: Int, within seconds: Int = 30) async throws -> [Message] {
        try await thread.run { [brokers] in
            guard
                let consumer = rd_kafka_new(
                    RD_KAFKA_CONSUMER,
                    Self.configuration([
                        "bootstrap.servers": brokers, "group.id": "test", "enable.auto.commit": "false",
                        "auto.offset.reset": "earliest",
                    ]), nil, 0)
            else { throw Failure() }
            defer { rd_kafka_destroy(consumer) }
            let list = rd_kafka_topic_partition_list_new(Int32(topics.count * Self.partitions))
            for topic in topics {
                for partition in 0..<Self.partitions {
                    rd_kafka_topic_partition_list_add(list, topic, Int32(partition)).pointee.offset = 0
                }
            }
            rd_kafka_assign(consumer, list)
            rd_kafka_topic_partition_list_destroy(list)
            let end = monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
            var messages: [Message] = []
            while messages.count < count, monotonicNanoseconds() < end {
                guard let message = rd_kafka_consumer_poll(consumer, 100) else { continue }
                defer { rd_kafka_message_destroy(message) }
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR { messages.append(Message(message)) }
            }
            return messages
        }
    }

    /// Without its log.
    private static func configuration(_ options: [String: String]) -> OpaquePointer? {
        let configuration = rd_kafka_conf_new()
        for (name, value) in options { rd_kafka_conf_set(configuration, name, value, nil, 0) }
        rd_kafka_conf_set_log_cb(configuration, nil)
        return configuration
    }
}

extension KafkaCluster.Message {
    fileprivate init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let content = message.pointee
        topic = String(cString: rd_kafka_topic_name(content.rkt))
        partition = Int(content.partition)
        key = String(decoding: UnsafeRawBufferPointer(start: content.key, count: content.key_len), as: UTF8.self)
        body = String(decoding: UnsafeRawBufferPointer(start: content.payload, count: content.len), as: UTF8.self)
        var headers: OpaquePointer?
        var value: UnsafeRawPointer?
        var length = 0
        if rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
            rd_kafka_header_get_last(headers, "content-type", &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR
        {
            contentType = String(decoding: UnsafeRawBufferPointer(start: value, count: length), as: UTF8.self)
        } else {
            contentType = ""
        }
    }
}
