import Chassis
import Postgres
import Storage
import TestSupport
import Testing

@Suite(.database) struct MigratorTests {
    private static let first = Migration(name: "t0001", sql: "CREATE TABLE things (id integer PRIMARY KEY)")
    private static let second = Migration(
        name: "t0002", sql: "INSERT INTO things VALUES (1); INSERT INTO things VALUES (2)")
    private static let broken = Migration(
        name: "t0003", sql: "INSERT INTO things VALUES (3); INSERT INTO nothing VALUES (1)")

    private let url = TestDatabase.current.url

    @Test func `missing migrations run in order, and once`() async throws {
        #expect(try await migrate([Self.first]) == ["t0001"])
        #expect(try await migrate([Self.first, Self.second]) == ["t0002"])
        #expect(try await migrate([Self.first, Self.second]) == [])
        #expect(try await things() == [1, 2])
    }

    @Test func `a migration that fails leaves nothing behind, and those before it stay`() async throws {
        let error = await #expect(throws: MigrationError.self) { try await migrate([Self.first, Self.broken]) }
        guard case .failed("t0003", .rejected(let failure)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.sqlState == .undefinedTable)
        #expect(try await things() == [])
        #expect(try await migrate([Self.first, Self.second]) == ["t0002"])
    }

    @Test func `an applied migration that was edited is refused`() async throws {
        _ = try await migrate([Self.first])
        let edited = Migration(name: "t0001", sql: Self.first.sql + " ")
        await #expect(throws: MigrationError.changed(["t0001"])) { try await migrate([edited, Self.second]) }
    }

    @Test func `of many migrators at once one applies the migrations`() async throws {
        let runs = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { try await migrate([Self.first, Self.second]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.filter { !$0.isEmpty } == [["t0001", "t0002"]])
        #expect(try await things() == [1, 2])
    }

    @Test func `the plan lists what would run, and changes nothing`() async throws {
        let url = url
        let plan = try await offLoop { try Migrator([Self.first, Self.second], functions: []).plan(url) }
        #expect(plan.migrations == [Self.first, Self.second])
        #expect("\(plan)".contains("CREATE TABLE things"))
        #expect(try await migrate([Self.first, Self.second]) == ["t0001", "t0002"])
        #expect(try await offLoop { try Migrator([Self.first], functions: []).plan(url) }.migrations == [])
    }

    @Test func `a process refuses to start on an old schema, and names the command`() async throws {
        _ = try await migrate([Self.first])
        let error = await check([Self.first, Self.second])
        #expect(error == .schemaTooOld(missing: ["t0002"]))
        #expect(error?.description.contains("Run: API migrate") == true)
        #expect(await check([Self.first]) == nil)
    }

    @Test func `a database without any schema is too old, not broken`() async throws {
        let url = url
        try await offLoop { try BlockingConnection.open(url).run("DROP TABLE migrations") }
        #expect(await check([Self.first]) == .schemaTooOld(missing: ["t0001"]))
    }

    @Test func `the product's migrations run on an empty database, and are numbered in order`() async throws {
        let names = [Migration].all.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(await check(.all, functions: .all) == nil)
    }

    @Test func `a shipped migration has the recorded checksum`() {
        for migration in [Migration].all {
            #expect(
                Migration.recordedChecksums[migration.name] == migration.checksum,
                "\(migration.name) has the checksum \(migration.checksum); a shipped migration must not change")
        }
        #expect(Migration.recordedChecksums.count == [Migration].all.count)
    }

    private static func number(_ value: Int) -> SQLFunctions {
        SQLFunctions(
            name: "number",
            sql: "CREATE OR REPLACE FUNCTION number() RETURNS integer LANGUAGE sql AS 'SELECT \(value)'")
    }

    @Test func `functions are applied after the migrations, and again only when they change`() async throws {
        #expect(try await migrate([Self.first], functions: [Self.number(1)]) == ["t0001", "functions/number"])
        #expect(try await migrate([Self.first], functions: [Self.number(1)]) == [])
        #expect(
            try await migrate([Self.first, Self.second], functions: [Self.number(2)]) == ["t0002", "functions/number"])
        let url = url
        let number = try await offLoop {
            var row = try BlockingConnection.open(url).query("SELECT number()")[0]
            return try row.int()
        }
        #expect(number == 2)
    }

    @Test func `functions that fail leave the earlier ones`() async throws {
        _ = try await migrate([Self.first], functions: [Self.number(1)])
        let broken = SQLFunctions(name: "number", sql: "CREATE OR REPLACE FUNCTION number() RETURNS nothing")
        let error = await #expect(throws: MigrationError.self) {
            try await migrate([Self.first], functions: [broken])
        }
        guard case .failed("functions/number", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await migrate([Self.first], functions: [Self.number(1)]) == [])
    }

    @Test func `functions are replaced all or none`() async throws {
        _ = try await migrate([Self.first], functions: [Self.number(1)])
        let broken = SQLFunctions(name: "other", sql: "CREATE OR REPLACE FUNCTION other() RETURNS nothing")
        await #expect(throws: MigrationError.self) {
            try await migrate([Self.first], functions: [Self.number(2), broken])
        }
        #expect(try await migrate([Self.first], functions: [Self.number(1)]) == [])
    }

    @Test func `a process refuses to start without its functions`() async throws {
        _ = try await migrate([Self.first])
        #expect(
            await check([Self.first], functions: [Self.number(1)]) == .schemaTooOld(missing: ["functions/number"]))
    }

    private func migrate(_ migrations: [Migration], functions: [SQLFunctions] = []) async throws -> [String] {
        let url = url
        return try await offLoop { try Migrator(migrations, functions: functions).migrate(url) }
    }

    private func check(_ migrations: [Migration], functions: [SQLFunctions] = []) async -> MigrationError? {
        let url = url
        return try? await withEventLoop { loop in
            let log = Log(level: .error, format: .text, to: .standardError)
            let database = Database(
                on: loop, settings: DatabaseSettings(url: url), log: log, metrics: DatabaseMetrics(in: Metrics()))
            database.start()
            var found: MigrationError?
            do throws(MigrationError) { try await Migrator(migrations, functions: functions).check(database) } catch {
                found = error
            }
            await database.close()
            return found
        }
    }

    private func things() async throws -> [Int] {
        let url = url
        return try await offLoop {
            var ids: [Int] = []
            for var row in try BlockingConnection.open(url).query("SELECT id FROM things ORDER BY id") {
                ids.append(try row.int())
            }
            return ids
        }
    }

    private static let pool = BlockingPool(name: "migrator", threads: 8, queueLimit: 100)

    private func offLoop<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await Self.pool.run(work)
    }
}
