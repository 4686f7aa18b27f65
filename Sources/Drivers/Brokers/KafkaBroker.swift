internal import CRDKafka
import Chassis
import Synchronization

/// Publishes to Kafka topics with an idempotent producer of librdkafka: a message is written once and in order for each
/// key, however often the producer repeats it. All replicas in sync have a message before it counts as confirmed.
///
/// A failed publication ends the producer, so that none of its messages arrives after those of the next one.
///
/// `@unchecked Sendable`: one thread at a time uses it, as ``MessageBroker`` demands.
package final class KafkaBroker: MessageBroker, @unchecked Sendable {
    private let settings: KafkaSettings
    private var producer: KafkaProducer?

    package init(_ settings: KafkaSettings) {
        self.settings = settings
    }

    package func publish(_ messages: [BrokerMessage], within limit: Duration) -> Publication {
        let open: KafkaProducer
        do throws(BrokerError) {
            if let producer { open = producer } else { open = try KafkaProducer(settings) }
        } catch {
            return Publication(confirmed: 0, failure: error)
        }
        let publication = open.publish(messages, until: Deadline(after: limit))
        producer = publication.failure == nil ? open : nil
        return publication
    }

    package func close() {
        producer = nil
    }
}

/// A producer until its first failure. One thread at a time; librdkafka's own threads do the rest.
private final class KafkaProducer {
    /// What the callbacks write; they run on the thread that flushes, but for errors, which any thread reports.
    private final class Reports: Sendable {
        struct State {
            var isDelivered: [Bool] = []
            var failure: BrokerError?
            /// The last error of a connection.
            var connectionError: String?
        }
        let state = Mutex(State())
    }

    private let handle: OpaquePointer
    private let reports = Reports()

    init(_ settings: KafkaSettings) throws(BrokerError) {
        guard let configuration = rd_kafka_conf_new() else { throw .unreachable("out of memory") }
        let options = [
            ("bootstrap.servers", settings.brokers),
            ("client.id", "socialplay"),
            ("enable.idempotence", "true"),
            // A gap would let a later message of a key arrive before an earlier one.
            ("enable.gapless.guarantee", "true"),
            ("acks", "all"),
            // The partition of a key is the same as with the clients for Java.
            ("partitioner", "murmur2_random"),
            ("message.timeout.ms", "7000"),
            ("socket.connection.setup.timeout.ms", "5000"),
            ("topic.metadata.propagation.max.ms", "5000"),
            ("reconnect.backoff.max.ms", "2000"),
            ("linger.ms", "1"),
        ]
        for (name, value) in options {
            guard rd_kafka_conf_set(configuration, name, value, nil, 0) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw .refused("librdkafka does not accept \(name)")
            }
        }
        // Its own log goes to standard error, in another form than ours.
        rd_kafka_conf_set_log_cb(configuration, nil)
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
        rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
            guard let message = message?.pointee, let reports = KafkaProducer.reports(opaque) else { return }
            // The number of the message, counted from 1: zero would be a null pointer.
            let index = Int(bitPattern: message._private) - 1
            reports.state.withLock { state in
                guard state.isDelivered.indices.contains(index) else { return }
                if message.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    state.isDelivered[index] = true
                } else if state.failure == nil {
                    state.failure = KafkaProducer.error(message.err, state.connectionError)
                }
            }
        }
        rd_kafka_conf_set_error_cb(configuration) { _, code, reason, opaque in
            guard let reports = KafkaProducer.reports(opaque), let reason else { return }
            let text = String(cString: reason)
            let isSummary = code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue
            reports.state.withLock { state in
                if !isSummary || state.connectionError == nil { state.connectionError = text }
            }
        }
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            rd_kafka_conf_destroy(configuration)
            throw .unreachable("librdkafka starts no producer")
        }
        self.handle = handle
    }

    deinit {
        // Drops what is queued; a message that is on its way may still arrive, before those of another producer.
        rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_destroy(handle)
    }

    func publish(_ messages: [BrokerMessage], until deadline: Deadline) -> Publication {
        reports.state.withLock { state in
            state.isDelivered = Array(repeating: false, count: messages.count)
            state.failure = nil
        }
        var failure: BrokerError?
        for (index, message) in messages.enumerated() {
            let code = produce(message, number: index + 1)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                failure = reports.state.withLock { Self.error(code, $0.connectionError) }
                break
            }
        }
        // Serves the delivery reports, and sends at once.
        while !deadline.hasPassed, rd_kafka_outq_len(handle) > 0 {
            rd_kafka_flush(handle, min(200, deadline.milliseconds))
            // What follows cannot arrive in order.
            if reports.state.withLock({ $0.failure != nil }) { break }
        }
        return reports.state.withLock { state in
            let confirmed = state.isDelivered.firstIndex(of: false) ?? state.isDelivered.count
            guard confirmed < messages.count else { return Publication(confirmed: confirmed, failure: nil) }
            let unreachable = state.connectionError.map { BrokerError.unreachable($0) }
            return Publication(
                confirmed: confirmed, failure: failure ?? state.failure ?? unreachable ?? .timedOut)
        }
    }

    private func produce(_ message: BrokerMessage, number: Int) -> rd_kafka_resp_err_t {
        var (key, contentType) = (message.key, BrokerMessage.contentType)
        let topic = KafkaSettings.topicPrefix + message.topic
        return key.withUTF8 { key in
            contentType.withUTF8 { contentType in
                message.body.withUnsafeBytes { body in
                    // librdkafka copies key and body.
                    crdkafka_produce(
                        handle, topic, key.baseAddress, key.count,
                        UnsafeMutableRawPointer(mutating: body.baseAddress), body.count, contentType.baseAddress,
                        contentType.count, UnsafeMutableRawPointer(bitPattern: number))
                }
            }
        }
    }

    private static func reports(_ opaque: UnsafeMutableRawPointer?) -> Reports? {
        opaque.map { Unmanaged<Reports>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func error(_ code: rd_kafka_resp_err_t, _ connectionError: String?) -> BrokerError {
        let text = String(cString: rd_kafka_err2str(code))
        // Negative codes are the library's own.
        guard code.rawValue < 0 else { return .refused(text) }
        switch code {
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
            return connectionError.map { .unreachable($0) } ?? .timedOut
        default: return .refused(text)
        }
    }
}
