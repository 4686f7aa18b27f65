package import Chassis

/// The Redis connection of one event loop. Commands of all tasks of the loop share it: they are pipelined, and those
/// of one turn of the loop go out in one write. It reconnects by itself; while there is no connection every command
/// fails at once. Loop thread only, `init` excepted; must be closed before it is let go.
///
/// Not for commands that block (``RedisBlockingConnection``), that answer more than once (``RedisSubscription``), or
/// that change the state of the connection (SELECT, MULTI without EXEC in one script). The process must ignore SIGPIPE,
/// as `Signals.block()` makes it.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class Redis: @unchecked Sendable {
    private let link: RedisLink
    private let commandTimeout: UInt64

    /// The `run_id` of the server's present or last known life; another one means that what the server held only in
    /// memory may be gone. Nil before the first connection.
    package private(set) var runID: String?
    /// Called at every connect, when ``runID`` is known and commands may be sent.
    package var onConnect: (() -> Void)?

    package init(on loop: EventLoop, settings: RedisSettings, log: Log) {
        link = RedisLink(on: loop, settings: settings, role: "commands", log: log)
        commandTimeout = settings.commandTimeout.nanoseconds
    }

    /// Begins to connect, and to reconnect whenever the connection is lost.
    package func start() {
        link.onReady = { [unowned self] connection in
            runID = connection.runID
            onConnect?()
        }
        link.start()
    }

    /// Refuses new commands, waits for the answers that are due (at most the command timeout) and disconnects.
    package func close() async {
        await link.close()
    }

    /// Whether a command would be sent now.
    package var isConnected: Bool { link.ready != nil }

    /// How many of the commands given to ``send(_:)`` failed.
    package var failedSends: Int { link.failedSends.value }

    /// The name with the installation's prefix.
    package func key(_ name: String) -> String { link.settings.key(name) }

    /// Sends a command and waits for its answer.
    /// - Throws: ``RedisError``; `.unavailable` without waiting.
    package func command(_ arguments: [RedisArgument]) async throws(RedisError) -> RedisValue {
        guard let connection = link.ready else { throw .unavailable }
        return try await connection.command(arguments, within: commandTimeout)
    }

    /// Sends a command and ignores its reply; a failure is only counted, in ``failedSends``.
    package func send(_ arguments: [RedisArgument]) {
        let isTaken = link.ready?.send(arguments, within: commandTimeout, to: nil) ?? false
        if !isTaken { link.failedSends.increment() }
    }

    /// Runs a script by its hash. The server gets its text when this connection uses it for the first time, and again
    /// when it has forgotten it.
    /// - Throws: ``RedisError``, as ``command(_:)``.
    package func run(
        _ script: RedisScript, keys: [RedisArgument], arguments: [RedisArgument]
    ) async throws(RedisError) -> RedisValue {
        guard let connection = link.ready else { throw .unavailable }
        do throws(RedisError) {
            return try await evaluate(script, keys, arguments, on: connection)
        } catch .rejected(let failure) where failure.code == "NOSCRIPT" {
            connection.scripts.forget(script)
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
