import Chassis
import Jobs
import Postgres
import Storage

/// Handles ``CountDays``: an hour at a time while it catches up, and a minute at a time if an hour has too many rows
/// for one statement.
struct CountDaysHandler: Sendable {
    let analytics: AnalyticsStore

    @Sendable func run(_ job: CountDays, _ context: JobContext) async throws -> Completion {
        let now = Timestamp.now
        var minutes = 60
        while true {
            try Task.checkCancellation()
            switch try await count(until: now, minutes: minutes) {
            case .finished: return .finished
            case .moreLeft: break
            case .tooManyRows: minutes = 1
            }
        }
    }

    private enum Outcome {
        case finished, moreLeft
        /// A statement with less time may succeed.
        case tooManyRows
    }

    private func count(until latest: Timestamp, minutes: Int) async throws(PostgresError) -> Outcome {
        do {
            return try await analytics.count(until: latest, minutes: minutes) ? .moreLeft : .finished
        } catch {
            guard error == .timedOut, minutes > 1 else { throw error }
            return .tooManyRows
        }
    }
}
