package import Chassis

/// The Redis connection of one event loop. The commands of all tasks of the loop are pipelined on it; those of one turn
/// go out in one write. It reconnects automatically; while disconnected every command fails immediately. Loop thread
/// only, `init` excepted; must be closed before it is released.
///
/// Not for blocking commands (``RedisBlockingConnection``), subscriptions (``RedisSubscription``), or commands that
/// change the state of the connection (SELECT, MULTI). The process must ignore SIGPIPE, as after `Signals.block()`.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class Redis: @unchecked Sendable {
    private let link: RedisLink
    private let commandTimeout: UInt64

    /// The server's `run_id` at the last connect; a different one means that the server was restarted or replaced, so
    /// that unpersisted data may be lost. Nil before the first connection.
    package private(set) var runID: String?
    /// Called after every connect, when ``runID`` is known and commands can be sent.
    package var onConnect: (() -> Void)?

    package init(on loop: EventLoop, settings: RedisSettings, log: Log) {
        link = RedisLink(on: loop, settings: settings, role: "commands", log: log)
        commandTimeout = settings.commandTimeout.nanoseconds
    }

    /// Connects, and reconnects whenever the connection is lost.
    package func start() {
        link.onReady = { [unowned self] connection in
            runID = connection.runID
            onConnect?()
        }
        link.start()
    }

    /// Rejects new commands, waits for pending replies (at most the command timeout) and disconnects.
    package func close() async {
        await link.close()
    }

    /// Whether commands can be sent.
    package var isConnected: Bool { link.ready != nil }

    /// Whether the last connection was closed because the server is a read-only replica. The client connects again, and
    /// the next write tells whether the address leads to a primary by then.
    package var isReadOnly: Bool { link.isReadOnly }

    /// The number of commands given to ``send(_:)`` that failed.
    package var failedSends: Int { link.failedSends.value }

    /// The name with the installation's prefix.
    package func key(_ name: String) -> String { link.settings.key(name) }

    /// Sends a command and returns its reply.
    /// - Throws: ``RedisError``; `.unavailable` immediately.
    package func command(_ arguments: [RedisArgument]) async throws(RedisError) -> RedisValue {
        guard let connection = link.ready else { throw .unavailable }
        return try await connection.command(arguments, within: commandTimeout)
    }

    /// Sends a command and ignores its reply; a failure is only counted, in ``failedSends``.
    package func send(_ arguments: [RedisArgument]) {
        let isTaken = link.ready?.send(arguments, within: commandTimeout, to: nil) ?? false
        if !isTaken { link.failedSends.increment() }
    }

    /// Runs a script with EVALSHA. Loads it at its first use on this connection, and again after NOSCRIPT.
    /// - Throws: ``RedisError``, as ``command(_:)``.
    package func run(
        _ script: RedisScript, keys: [RedisArgument], arguments: [RedisArgument]
    ) async throws(RedisError) -> RedisValue {
        guard let connection = link.ready else { throw .unavailable }
        do throws(RedisError) {
            return try await evaluate(script, keys, arguments, on: connection)
        } catch .rejected(let failure) where failure.code == "NOSCRIPT" {
            connection.scripts.invalidate(script)
            return try await evaluate(script, keys, arguments, on: connection)
        }
    }

    private func evaluate(
        _ script: RedisScript, _ keys: [RedisArgument], _ arguments: [RedisArgument], on connection: RedisConnection
    ) async throws(RedisError) -> RedisValue {
        do throws(RedisError) {
            let hash = try await connection.scripts.hash(of: script, on: connection, within: commandTimeout)
            var command: [RedisArgument] = ["EVALSHA", hash, RedisArgument(keys.count)]
            command += keys
            command += arguments
            return try await connection.command(command, within: commandTimeout)
        } catch .rejected(let failure) {
            throw .rejected(failure.inScript(script.name))
        }
    }
}
