internal import CRabbitMQ
import Chassis
import Glibc

/// One connection with one channel in confirm mode. Any failure is its end. One thread at a time.
final class RabbitMQConnection {
    private static let channel: amqp_channel_t = 1
    private static let connectTimeout = Duration.seconds(5)

    private let state: amqp_connection_state_t
    /// Messages published so far: the delivery tag of the last one.
    private var published: UInt64 = 0

    /// Connects, logs in and declares the exchange; each step has at most five seconds.
    init(_ settings: RabbitMQSettings, until deadline: Deadline) throws(BrokerError) {
        guard let state = amqp_new_connection() else { throw .unreachable("out of memory") }
        self.state = state
        try connect(settings, until: deadline)
        try logIn(settings)
        try declare()
    }

    deinit {
        amqp_destroy_connection(state)
    }

    private func connect(_ settings: RabbitMQSettings, until deadline: Deadline) throws(BrokerError) {
        var timeout = timeval(nanoseconds: min(deadline.left, Self.connectTimeout.nanoseconds))
        amqp_set_handshake_timeout(state, &timeout)
        amqp_set_rpc_timeout(state, &timeout)
        guard let socket = settings.isEncrypted ? amqp_ssl_socket_new(state) : amqp_tcp_socket_new(state) else {
            throw .unreachable("out of memory")
        }
        if settings.isEncrypted {
            amqp_ssl_socket_set_verify_peer(socket, 1)
            amqp_ssl_socket_set_verify_hostname(socket, 1)
            guard amqp_ssl_socket_set_cacert(socket, settings.authorities) == 0 else {
                throw .unreachable("the certificate authorities in \(settings.authorities) cannot be read")
            }
        }
        try check(amqp_socket_open_noblock(socket, settings.host, CInt(settings.port), &timeout))
        let descriptor = amqp_get_sockfd(state)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var isOn: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &isOn, socklen_t(MemoryLayout<CInt>.size))
    }

    private func logIn(_ settings: RabbitMQSettings) throws(BrokerError) {
        try check(crabbitmq_login(state, settings.virtualHost, settings.user, settings.password.exposed))
        amqp_channel_open(state, Self.channel)
        try check(amqp_get_rpc_reply(state))
    }

    private func declare() throws(BrokerError) {
        "topic".withBytes { type in
            RabbitMQSettings.exchange.withBytes { exchange in
                _ = amqp_exchange_declare(state, Self.channel, exchange, type, 0, 1, 0, 0, amqp_table_t())
            }
        }
        try check(amqp_get_rpc_reply(state))
        amqp_confirm_select(state, Self.channel)
        try check(amqp_get_rpc_reply(state))
    }

    /// Whether the broker has neither closed the connection nor said anything; nothing is expected between two
    /// publications.
    var isOpen: Bool {
        var frame = amqp_frame_t()
        var none = timeval()
        return amqp_simple_wait_frame_noblock(state, &frame, &none) == AMQP_STATUS_TIMEOUT.rawValue
    }

    /// Says good-bye, so that the broker logs no error.
    func close() {
        var timeout = timeval(nanoseconds: Duration.seconds(1).nanoseconds)
        amqp_set_rpc_timeout(state, &timeout)
        amqp_connection_close(state, AMQP_REPLY_SUCCESS)
    }

    // MARK: Publishing

    func publish(_ messages: [BrokerMessage], until deadline: Deadline) -> Publication {
        var confirms = Confirms(after: published, count: messages.count)
        var failure: BrokerError?
        do throws(BrokerError) {
            for message in messages {
                try waitUntilWritable(until: deadline)
                try send(message)
                published += 1
            }
            while !confirms.areComplete { try receive(&confirms, until: deadline) }
        } catch {
            failure = error
        }
        amqp_maybe_release_buffers(state)
        return Publication(confirmed: confirms.confirmed, failure: failure)
    }

    /// librabbitmq waits without a limit for a socket that takes no more bytes, as when the broker is short of memory.
    /// A writable socket has room for more than one message.
    private func waitUntilWritable(until deadline: Deadline) throws(BrokerError) {
        var socket = pollfd(fd: amqp_get_sockfd(state), events: Int16(POLLOUT), revents: 0)
        while true {
            let count = poll(&socket, 1, deadline.milliseconds)
            if count > 0 { return }
            if count == 0 || errno != EINTR { throw .timedOut }
        }
    }

    private func send(_ message: BrokerMessage) throws(BrokerError) {
        var properties = amqp_basic_properties_t()
        properties._flags = amqp_flags_t(
            AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG
                | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG)
        properties.delivery_mode = 2
        properties.timestamp = UInt64(max(0, message.time.unixSeconds))
        let code = BrokerMessage.contentType.withBytes { contentType in
            message.id.withBytes { id in
                message.type.withBytes { type in
                    RabbitMQSettings.exchange.withBytes { exchange in
                        message.body.withAMQPBytes { body in
                            properties.content_type = contentType
                            properties.message_id = id
                            properties.type = type
                            return amqp_basic_publish(
                                state, Self.channel, exchange, type, 0, 0, &properties, body)
                        }
                    }
                }
            }
        }
        try check(code)
    }

    /// Waits for one frame of the broker.
    private func receive(_ confirms: inout Confirms, until deadline: Deadline) throws(BrokerError) {
        var frame = amqp_frame_t()
        var timeout = timeval(nanoseconds: deadline.left)
        let code = amqp_simple_wait_frame_noblock(state, &frame, &timeout)
        guard code != AMQP_STATUS_TIMEOUT.rawValue else { throw .timedOut }
        try check(code)
        guard Int32(frame.frame_type) == AMQP_FRAME_METHOD else { return }
        let method = frame.payload.method
        switch method.id {
        case crabbitmq_basic_ack:
            let ack = method.decoded.load(as: amqp_basic_ack_t.self)
            confirms.confirm(ack.delivery_tag, withEarlier: ack.multiple != 0)
        case crabbitmq_basic_nack:
            throw .refused("the broker could not store a message")
        case crabbitmq_channel_close, crabbitmq_connection_close:
            throw .refused(Self.reason(of: method))
        default: break
        }
    }

    // MARK: Errors

    private func check(_ code: CInt) throws(BrokerError) {
        guard code != AMQP_STATUS_OK.rawValue else { return }
        if code == AMQP_STATUS_TIMEOUT.rawValue { throw .timedOut }
        throw .unreachable(String(cString: amqp_error_string2(code)))
    }

    private func check(_ reply: amqp_rpc_reply_t) throws(BrokerError) {
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION: throw .refused(Self.reason(of: reply.reply))
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: try check(withUnsafePointer(to: reply, crabbitmq_status))
        default: throw .unreachable("the broker closed the connection")
        }
    }

    private static func reason(of method: amqp_method_t) -> String {
        switch method.id {
        case crabbitmq_channel_close:
            let close = method.decoded.load(as: amqp_channel_close_t.self)
            return "\(close.reply_code) \(close.reply_text.text)"
        case crabbitmq_connection_close:
            let close = method.decoded.load(as: amqp_connection_close_t.self)
            return "\(close.reply_code) \(close.reply_text.text)"
        default: return "the broker answered with the method \(method.id)"
        }
    }
}

/// Which messages of a publication the broker has confirmed. Tags count from 1 on the channel; a confirm may stand for
/// all earlier ones, and confirms of single messages come in any order.
struct Confirms {
    private let base: UInt64
    private let count: Int
    private var outOfOrder: Set<UInt64> = []
    /// How many are confirmed, counted from the first.
    private(set) var confirmed = 0

    /// - Parameter base: The tag before the first message's.
    init(after base: UInt64, count: Int) {
        self.base = base
        self.count = count
    }

    var areComplete: Bool { confirmed == count }

    /// A tag that was not given out changes nothing.
    mutating func confirm(_ tag: UInt64, withEarlier: Bool) {
        guard tag > base + UInt64(confirmed), tag <= base + UInt64(count) else { return }
        if withEarlier {
            confirmed = Int(tag - base)
        } else {
            outOfOrder.insert(tag)
        }
        while outOfOrder.remove(base + UInt64(confirmed) + 1) != nil { confirmed += 1 }
        if withEarlier { outOfOrder = outOfOrder.filter { $0 > tag } }
    }
}

extension timeval {
    init(nanoseconds: UInt64) {
        self.init(tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1_000))
    }
}

extension amqp_bytes_t {
    fileprivate var text: String {
        String(decoding: UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : len), as: UTF8.self)
    }
}

extension String {
    /// Calls a function with the text, which is valid until it returns.
    fileprivate func withBytes<Result>(_ call: (amqp_bytes_t) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { text in
            call(amqp_bytes_t(len: text.count, bytes: UnsafeMutableRawPointer(mutating: text.baseAddress)))
        }
    }
}

extension [UInt8] {
    fileprivate func withAMQPBytes<Result>(_ call: (amqp_bytes_t) -> Result) -> Result {
        withUnsafeBytes { bytes in
            call(amqp_bytes_t(len: bytes.count, bytes: UnsafeMutableRawPointer(mutating: bytes.baseAddress)))
        }
    }
}
