import Synchronization

/// A Lua script. Make it once, as a constant: what a connection has loaded it knows by this value and its copies.
package struct RedisScript: Sendable {
    let id = scriptCount.add(1, ordering: .relaxed).newValue
    let name: StaticString
    let source: RedisArgument

    /// - Parameters:
    ///   - name: Stands before the message when the script fails.
    ///   - source: What the server runs.
    package init(name: StaticString, source: String) {
        self.name = name
        self.source = RedisArgument(source)
    }

    /// - Parameters:
    ///   - name: Stands before the message when the script fails.
    ///   - source: UTF-8, as an embedded resource is.
    package init(name: StaticString, source: [UInt8]) {
        self.name = name
        self.source = RedisArgument(source)
    }
}

private let scriptCount = Atomic<Int>(0)

/// Which scripts the server behind one connection has been given, and under which hash. Loop thread only.
final class ScriptCache {
    private typealias Waiter = UnsafeContinuation<Result<RedisArgument, RedisError>, Never>
    private enum State {
        case loading([Waiter])
        case loaded(RedisArgument)
    }
    private var states: [Int: State] = [:]

    /// The script's hash; its text is sent first when the server does not have it, once for all who wait.
    func hash(
        of script: RedisScript, on connection: RedisConnection, within limit: UInt64
    ) async throws(RedisError) -> RedisArgument {
        switch states[script.id] {
        case .loaded(let hash):
            return hash
        case .loading:
            return try await withUnsafeContinuation { wait(for: script, $0) }.get()
        case nil:
            return try await load(script, on: connection, within: limit).get()
        }
    }

    /// The server no longer has it.
    func forget(_ script: RedisScript) {
        if case .loaded = states[script.id] { states[script.id] = nil }
    }

    private func wait(for script: RedisScript, _ waiter: Waiter) {
        switch states[script.id] {
        case .loading(let others): states[script.id] = .loading(others + [waiter])
        case .loaded(let hash): waiter.resume(returning: .success(hash))
        // The loading that was waited for failed.
        case nil: waiter.resume(returning: .failure(.connectionLost))
        }
    }

    private func load(
        _ script: RedisScript, on connection: RedisConnection, within limit: UInt64
    ) async -> Result<RedisArgument, RedisError> {
        states[script.id] = .loading([])
        let result: Result<RedisArgument, RedisError>
        do throws(RedisError) {
            let answer = try await connection.command(["SCRIPT", "LOAD", script.source], within: limit)
            result = .success(RedisArgument(answer.bytes ?? []))
        } catch {
            result = .failure(error)
        }
        let previous = states[script.id]
        states[script.id] = (try? result.get()).map { .loaded($0) }
        if case .loading(let waiters) = previous {
            for waiter in waiters { waiter.resume(returning: result) }
        }
        return result
    }
}
