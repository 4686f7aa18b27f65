import Chassis
import Postgres
import Storage

/// Refuses to start on an older schema than the program was written for.
struct SchemaCheck: Service {
    let name = "schema"
    private let loop: EventLoop
    private let database: Database

    init(on loop: EventLoop, database: Database) {
        self.loop = loop
        self.database = database
    }

    func start() async throws {
        try await Task(executorPreference: loop) { try await Migrator().check(self.database) }.value
    }

    func stop() async {}
}
