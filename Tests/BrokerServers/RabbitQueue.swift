import CRabbitMQ
import Chassis
import Foundation
import Glibc

/// A durable queue of RabbitMQ that a test reads, as another service does. Blocks on a thread of its own.
///
/// `@unchecked Sendable`: the connection is used on that thread alone.
package final class RabbitQueue: @unchecked Sendable {
    /// A message as a consumer gets it.
    package struct Message: Sendable, Equatable {
        package let id: String
        package let type: String
        package let routingKey: String
        package let contentType: String
        package let isPersistent: Bool
        package let body: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let name: String
    private let port: Int
    private let virtualHost: String
    private let thread = BlockingPool(name: "rabbit-queue", threads: 1, queueLimit: 1_000)
    private var state: amqp_connection_state_t?

    private init(_ name: String, port: Int, virtualHost: String) {
        self.name = name
        self.port = port
        self.virtualHost = virtualHost
    }

    deinit {
        if let state { amqp_destroy_connection(state) }
    }

    /// Declares the exchange as the product does, and a queue of a new name that is bound to it.
    /// - Parameter pattern: Of routing keys.
    package static func bind(
        to exchange: String, _ pattern: String = "#", on server: RabbitServer, virtualHost: String = "/"
    ) async throws -> RabbitQueue {
        let queue = RabbitQueue("q-\(UUID().uuidString)", port: server.port, virtualHost: virtualHost)
        try await queue.thread.run { try queue.declare(exchange, pattern) }
        return queue
    }

    /// Takes all messages that arrive until there are so many.
    /// - Parameter seconds: After them it returns what has arrived.
    package func take(_ count: Int, within seconds: Int = 30) async throws -> [Message] {
        try await thread.run { try self.receive(count, seconds) }
    }

    private func declare(_ exchange: String, _ pattern: String) throws {
        let state = try connect()
        try exchange.withAMQP { exchange in
            try "topic".withAMQP { type in
                _ = amqp_exchange_declare(state, 1, exchange, type, 0, 1, 0, 0, amqp_table_t())
                try Self.check(amqp_get_rpc_reply(state))
            }
            try name.withAMQP { queue in
                amqp_queue_declare(state, 1, queue, 0, 1, 0, 0, amqp_table_t())
                try Self.check(amqp_get_rpc_reply(state))
                try pattern.withAMQP { pattern in
                    amqp_queue_bind(state, 1, queue, exchange, pattern, amqp_table_t())
                    try Self.check(amqp_get_rpc_reply(state))
                }
            }
        }
    }

    /// A connection that was lost is made again.
    private func receive(_ count: Int, _ seconds: Int) throws -> [Message] {
        let end = monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
        var messages: [Message] = []
        while messages.count < count, monotonicNanoseconds() < end {
            guard let state = try? state ?? connect() else {
                usleep(100_000)
                continue
            }
            let reply = name.withAMQP { amqp_basic_get(state, 1, $0, 1) }
            guard reply.reply_type == AMQP_RESPONSE_NORMAL else {
                drop()
                continue
            }
            guard reply.reply.id == 0x003C_0047 else {
                usleep(5_000)
                continue
            }
            let key = reply.reply.decoded.load(as: amqp_basic_get_ok_t.self).routing_key.text
            var message = amqp_message_t()
            guard amqp_read_message(state, 1, &message, 0).reply_type == AMQP_RESPONSE_NORMAL else {
                drop()
                continue
            }
            messages.append(
                Message(
                    id: message.properties.message_id.text, type: message.properties.type.text, routingKey: key,
                    contentType: message.properties.content_type.text,
                    isPersistent: message.properties.delivery_mode == 2, body: message.body.text))
            amqp_destroy_message(&message)
            amqp_maybe_release_buffers(state)
        }
        return messages
    }

    private func connect() throws -> amqp_connection_state_t {
        guard let state = amqp_new_connection() else { throw Failure(description: "no connection") }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        amqp_set_handshake_timeout(state, &timeout)
        amqp_set_rpc_timeout(state, &timeout)
        do {
            guard let socket = amqp_tcp_socket_new(state),
                amqp_socket_open_noblock(socket, "127.0.0.1", Int32(port), &timeout) == 0
            else { throw Failure(description: "cannot connect") }
            try Self.check(crabbitmq_login(state, virtualHost, RabbitServer.user, RabbitServer.password))
            amqp_channel_open(state, 1)
            try Self.check(amqp_get_rpc_reply(state))
        } catch {
            amqp_destroy_connection(state)
            throw error
        }
        self.state = state
        return state
    }

    private func drop() {
        if let state { amqp_destroy_connection(state) }
        state = nil
    }

    private static func check(_ reply: amqp_rpc_reply_t) throws {
        guard reply.reply_type == AMQP_RESPONSE_NORMAL else {
            let status = withUnsafePointer(to: reply, crabbitmq_status)
            throw Failure(description: "RabbitMQ refused: \(reply.reply_type) \(status) \(reply.reply.id)")
        }
    }
}

extension amqp_bytes_t {
    fileprivate var text: String {
        String(decoding: UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : len), as: UTF8.self)
    }
}

extension String {
    fileprivate func withAMQP<Result>(_ call: (amqp_bytes_t) throws -> Result) rethrows -> Result {
        var copy = self
        return try copy.withUTF8 { text in
            try call(amqp_bytes_t(len: text.count, bytes: UnsafeMutableRawPointer(mutating: text.baseAddress)))
        }
    }
}
