import Synchronization

/// A Lua script. Create it once, as a constant: connections identify a loaded script by this value's id.
package struct RedisScript: Sendable {
    let id = scriptCount.add(1, ordering: .relaxed).newValue
    let name: StaticString
    let source: RedisArgument

    /// - Parameters:
    ///   - name: The prefix of its error messages.
    ///   - source: The Lua source.
    package init(name: StaticString, source: String) {
        self.name = name
        self.source = RedisArgument(source)
    }

    /// - Parameters:
    ///   - name: The prefix of its error messages.
    ///   - source: The Lua source in UTF-8, as embedded resources are.
    package init(name: StaticString, source: [UInt8]) {
        self.name = name
        self.source = RedisArgument(source)
    }
}

private let scriptCount = Atomic<Int>(0)

/// The scripts loaded through one connection, with their SHA-1 hashes. Loop thread only.
final class ScriptCache {
    private typealias Waiter = UnsafeContinuation<Result<RedisArgument, RedisError>, Never>
    private enum State {
        case loading([Waiter])
        case loaded(RedisArgument)
    }
    private var states: [Int: State] = [:]

    /// Returns the script's hash. Sends SCRIPT LOAD first if it is not loaded, once for all concurrent callers.
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

    /// Records that the server no longer has the script (NOSCRIPT).
    func invalidate(_ script: RedisScript) {
        if case .loaded = states[script.id] { states[script.id] = nil }
    }

    private func wait(for script: RedisScript, _ waiter: Waiter) {
        switch states[script.id] {
        case .loading(let others): states[script.id] = .loading(others + [waiter])
        case .loaded(let hash): waiter.resume(returning: .success(hash))
        // The awaited SCRIPT LOAD failed.
        case nil: waiter.resume(returning: .failure(.connectionLost))
        }
    }

    private func load(
        _ script: RedisScript, on connection: RedisConnection, within limit: UInt64
    ) async -> Result<RedisArgument, RedisError> {
        states[script.id] = .loading([])
        let result: Result<RedisArgument, RedisError>
        do throws(RedisError) {
            let reply = try await connection.command(["SCRIPT", "LOAD", script.source], within: limit)
            result = .success(RedisArgument(reply.bytes ?? []))
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
