import Chassis
import Postgres
import TestSupport

/// Runs a body on a loop with its own connected database, and closes it at the end.
func withPostgres(
    _ adjust: @escaping @Sendable (inout DatabaseSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (Database, LoopBound<Database>) async throws -> Void
) async throws {
    try await withPostgres(at: try TestServers.databaseURL, adjust, body)
}

func withPostgres(
    at url: Secret<String>, log: Log = Log(level: .error, format: .text, to: .standardError),
    _ adjust: @escaping @Sendable (inout DatabaseSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (Database, LoopBound<Database>) async throws -> Void
) async throws {
    try await withEventLoop { loop in
        var settings = DatabaseSettings(url: url)
        adjust(&settings)
        let database = Database(on: loop, settings: settings, log: log, metrics: DatabaseMetrics(in: Metrics()))
        database.start()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(database, LoopBound(database, on: loop)))
        } catch {
            outcome = .failure(error)
        }
        await database.close()
        try outcome.get()
    }
}

/// The result of a query, for tests that run many concurrently.
typealias Outcome = Result<Rows, PostgresError>

extension LoopBound<Database> {
    func read(_ statement: Statement, _ values: [PostgresValue] = []) async -> Outcome {
        do { return .success(try await value.read(statement, values)) } catch { return .failure(error) }
    }

    func write(_ statement: Statement, _ values: [PostgresValue] = []) async -> Outcome {
        do { return .success(try await value.write(statement, values)) } catch { return .failure(error) }
    }

    func writeTogether(_ statement: Statement, _ values: [PostgresValue] = []) async -> Outcome {
        do { return .success(try await value.writeTogether(statement, values)) } catch { return .failure(error) }
    }
}

extension Result {
    var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
