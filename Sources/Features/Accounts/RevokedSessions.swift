package import Chassis
package import Domain
package import Storage
import Synchronization

/// Sessions that were revoked while their access tokens are still valid. Read from PostgreSQL twice a second, so that
/// every process knows a revocation within a second, also after Redis was flushed (U-2).
package final class RevokedSessions: Service {
    package let name = "revoked sessions"
    /// In seconds: the lifetime of an access token, and a minute for clocks that differ.
    private static let memory = 16 * 60

    private let revoked = Mutex<[SessionID: Int]>([:])
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let observers = Mutex<[@Sendable (Set<SessionID>) -> Void]>([])
    private let loop: EventLoop
    private let sessions: SessionStore

    package init(on loop: EventLoop, sessions: SessionStore) {
        self.loop = loop
        self.sessions = sessions
    }

    /// Calls a handler with sessions that are revoked from now on, on any thread. What lives as long as a session
    /// registers first and asks ``contains(_:)`` then, so that no revocation is missed in between.
    package func observe(_ handler: @escaping @Sendable (Set<SessionID>) -> Void) {
        observers.withLock { $0.append(handler) }
    }

    package func contains(_ session: SessionID) -> Bool {
        revoked.withLock { $0[session] != nil }
    }

    /// Takes effect in this process at once, in the others within a second.
    func insert(_ sessions: [SessionID]) {
        let now = Timestamp.now.unixSeconds
        let new = revoked.withLock { revoked in
            sessions.filter { session in
                guard revoked[session] == nil else { return false }
                revoked[session] = now
                return true
            }
        }
        guard !new.isEmpty else { return }
        for observer in observers.withLock({ $0 }) { observer(Set(new)) }
    }

    /// Returns when the sessions that were revoked before this process started are known.
    package func start() async throws {
        let task = loop.spawn { await self.poll() }
        self.task.withLock { $0 = task }
        var isKnown = false
        while !isKnown {
            isKnown = await readAll()
        }
    }

    package func stop() async {
        task.withLock { $0 }?.cancel()
    }

    private func readAll() async -> Bool {
        await Task(executorPreference: loop) {
            guard let sessions = try? await self.sessions.endedWithin(seconds: Self.memory) else { return false }
            self.insert(sessions)
            return true
        }.value
    }

    /// Reads further back than the interval, for statements that committed late; further still after a failure.
    private func poll() async {
        var lookBack = 10
        var lastPruning = Timestamp.now.unixSeconds
        while (try? await loop.sleep(for: .milliseconds(500))) != nil {
            do {
                insert(try await sessions.endedWithin(seconds: lookBack))
                lookBack = 10
            } catch {
                lookBack = min(lookBack + 1, Self.memory)
            }
            let now = Timestamp.now.unixSeconds
            if now - lastPruning > 60 {
                lastPruning = now
                revoked.withLock { revoked in revoked = revoked.filter { now - $0.value < Self.memory } }
            }
        }
    }
}
