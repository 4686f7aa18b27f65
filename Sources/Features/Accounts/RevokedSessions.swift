import Chassis
import Domain
import Storage
import Synchronization

/// Sessions that ended while their access tokens would still be good. Read from PostgreSQL twice a second, so that the
/// end of a session is known to every process within a second, also when Redis forgets everything.
final class RevokedSessions: Service {
    let name = "ended sessions"
    /// An access token's life and a minute for clocks that differ.
    private static let memory = 16 * 60

    private let ended = Mutex<[SessionID: Int]>([:])
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let loop: EventLoop
    private let sessions: SessionStore
    private let log: Log

    init(on loop: EventLoop, sessions: SessionStore, log: Log) {
        self.loop = loop
        self.sessions = sessions
        self.log = log
    }

    func contains(_ session: SessionID) -> Bool {
        ended.withLock { $0[session] != nil }
    }

    /// Known here at once, elsewhere within a second.
    func insert(_ sessions: [SessionID]) {
        let now = Timestamp.now.unixSeconds
        ended.withLock { ended in
            for session in sessions where ended[session] == nil { ended[session] = now }
        }
    }

    /// Returns when what ended before this process began is known.
    func start() async throws {
        let task = loop.spawn { await self.follow() }
        self.task.withLock { $0 = task }
        var isKnown = false
        while !isKnown {
            isKnown = await firstRead()
        }
    }

    func stop() async {
        task.withLock { $0 }?.cancel()
    }

    private func firstRead() async -> Bool {
        await Task(executorPreference: loop) {
            guard let sessions = try? await self.sessions.endedWithin(seconds: Self.memory) else { return false }
            self.insert(sessions)
            return true
        }.value
    }

    /// Looks back further than it waits, for statements that committed late; further still after a failure.
    private func follow() async {
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
                ended.withLock { ended in ended = ended.filter { now - $0.value < Self.memory } }
            }
        }
    }
}
