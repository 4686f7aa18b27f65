package import Chassis

/// A connection of its own for commands that wait on the server (BLMOVE, …), one at a time. Loop thread only, `init`
/// excepted; must be closed before it is let go.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class RedisBlockingConnection: @unchecked Sendable {
    private let link: RedisLink
    private let commandTimeout: UInt64
    private var commandNumber = 0
    private var isWaiting = false

    package init(on loop: EventLoop, settings: RedisSettings, log: Log) {
        link = RedisLink(on: loop, settings: settings, role: "blocking", log: log)
        commandTimeout = settings.commandTimeout.nanoseconds
    }

    /// Called at every connect, when a command may be sent.
    package var onConnect: (() -> Void)?

    /// Begins to connect, and to reconnect whenever the connection is lost.
    package func start() {
        link.onReady = { [unowned self] _ in onConnect?() }
        link.start()
    }

    /// Ends the waiting command with ``RedisError/connectionLost`` and disconnects.
    package func close() async {
        link.ready?.drop(.closed)
        await link.close()
    }

    /// Whether a command would be sent now.
    package var isConnected: Bool { link.ready != nil }

    /// Sends a command and waits for its answer; a second one before that is a mistake of the caller.
    ///
    /// When the task is cancelled the connection is given up, so that the server takes nothing more for a caller who
    /// has gone, and a new one is made.
    /// - Parameters:
    ///   - arguments: The command's name and what follows it.
    ///   - blockingFor: The time-out that the command itself names, which must not be "for ever". The answer may take
    ///     this and the command timeout; after that the connection is given up as well.
    /// - Returns: What the server answered; null when its time-out was over.
    /// - Throws: ``RedisError``; `.connectionLost` after cancellation.
    package func command(
        _ arguments: [RedisArgument], blockingFor: Duration
    ) async throws(RedisError) -> RedisValue {
        precondition(!isWaiting, "one blocking command at a time")
        guard !Task.isCancelled, let connection = link.ready else { throw .unavailable }
        isWaiting = true
        defer { isWaiting = false }
        commandNumber += 1
        let number = commandNumber
        let loop = link.loop
        let this = LoopBound(self, on: loop)
        let limit = blockingFor.nanoseconds + commandTimeout
        let result: Result<RedisValue, RedisError> = await withTaskCancellationHandler {
            await connection.result(of: arguments, within: limit)
        } onCancel: {
            loop.post { this.value.abandon(number) }
        }
        return try result.get()
    }

    private func abandon(_ number: Int) {
        guard isWaiting, number == commandNumber else { return }
        link.ready?.drop(.abandoned)
    }
}
