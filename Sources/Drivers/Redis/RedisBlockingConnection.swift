package import Chassis

/// A dedicated connection for blocking commands (BLMOVE, …), one at a time. Loop thread only, `init` excepted; must be
/// closed before it is released.
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

    /// Called after every connect, when a command can be sent.
    package var onConnect: (() -> Void)?

    /// Connects, and reconnects whenever the connection is lost.
    package func start() {
        link.onReady = { [unowned self] _ in onConnect?() }
        link.start()
    }

    /// Disconnects; a pending command fails with ``RedisError/connectionLost``.
    package func close() async {
        link.ready?.drop(.closed)
        await link.close()
    }

    /// Whether commands can be sent.
    package var isConnected: Bool { link.ready != nil }

    /// Sends a command and returns its reply. A second command before the reply is a programming error.
    ///
    /// Cancelling the task closes the connection, so that the server pops nothing for a cancelled caller, and
    /// reconnects.
    /// - Parameters:
    ///   - arguments: The command's name and what follows it.
    ///   - blockingFor: The timeout in the command's arguments, which must not be infinite. The reply may take this
    ///     plus the command timeout; then the connection is closed as well.
    /// - Returns: The reply; null after the command's timeout.
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
            loop.post { this.value.cancel(number) }
        }
        return try result.get()
    }

    private func cancel(_ number: Int) {
        guard isWaiting, number == commandNumber else { return }
        link.ready?.drop(.cancelled)
    }
}
