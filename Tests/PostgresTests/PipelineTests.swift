import Chassis
import Postgres
import TestSupport
import Testing

@Suite(.database) struct PipelineTests {
    private static let failures: [(Statement, MachineCondition?)] = [
        (Statement("test.disk", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '53100'; END $$"), .diskFull),
        (Statement("test.memory", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '53200'; END $$"), .outOfMemory),
        (Statement("test.slots", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '53300'; END $$"), .databaseUnavailable),
        (Statement("test.replica", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '25006'; END $$"), .databaseUnavailable),
        (Statement("test.file", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '58030'; END $$"), .databaseUnavailable),
        (Statement("test.unique", "DO $$ BEGIN RAISE 'x' USING ERRCODE = '23505'; END $$"), nil),
    ]

    @Test func `what the server lacks is a condition of the machine, and a refused value is none`() async throws {
        try await withPostgres { database, _ in
            for (statement, condition) in Self.failures {
                let error = await #expect(throws: PostgresError.self) { try await database.write(statement) }
                #expect(error?.machineCondition == condition, "\(String(describing: error))")
            }
        }
        #expect(PostgresError.connectionLost.machineCondition == .databaseUnavailable)
    }

    private static let double = Statement("test.double", "SELECT 2 * $1::integer")
    private static let divide = Statement("test.divide", "SELECT 1 / $1::integer")
    private static let note = Statement("test.note", "INSERT INTO notes (id, text) VALUES ($1, $2)")
    private static let count = Statement("test.count", "SELECT count(*) FROM notes")

    private static let table = Statement(
        "test.table",
        """
        CREATE TABLE notes (
            id integer CONSTRAINT notes_once PRIMARY KEY,
            text text CONSTRAINT notes_short CHECK (length(text) < 10),
            parent integer CONSTRAINT notes_parent REFERENCES notes DEFERRABLE INITIALLY DEFERRED
        )
        """)

    @Test func `serves a thousand concurrent reads, each with its own rows`() async throws {
        try await withPostgres { _, database in
            await withTaskGroup(of: (Int, Outcome).self) { group in
                for number in 0..<1_000 {
                    group.addTask { (number, await database.read(Self.double, [.integer(number)])) }
                }
                for await (number, outcome) in group {
                    #expect(throws: Never.self) {
                        var row = try outcome.get()[0]
                        #expect(try row.int() == 2 * number)
                    }
                }
            }
        }
    }

    @Test func `a failing read neither fails nor loses the reads that share its Sync`() async throws {
        try await withPostgres { _, database in
            let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
                for number in 0..<300 {
                    group.addTask { (number, await database.read(Self.divide, [.integer(number % 3)])) }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (number, outcome) in outcomes {
                switch (number % 3, outcome) {
                case (0, .failure(.rejected(let failure))): #expect(failure.sqlState.rawValue == "22012")
                case (1, .success(let rows)), (2, .success(let rows)): #expect(rows.count == 1)
                default: Issue.record("\(number): \(outcome)")
                }
            }
        }
    }

    @Test func `a write beside failing queries is committed`() async throws {
        try await withNotes { _, database in
            let failures = await withTaskGroup(of: PostgresError?.self) { group in
                for number in 0..<100 {
                    group.addTask { await database.read(Self.divide, [.integer(0)]).failure }
                    group.addTask { await database.write(Self.note, [.integer(number), .text("x")]).failure }
                    group.addTask {
                        await database.write(Self.note, [.integer(number), .text("much too long")]).failure
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(failures == 200)
            var row = try await database.value.read(Self.count)[0]
            #expect(try row.int() == 100)
        }
    }

    @Test func `shared writes are committed together`() async throws {
        try await withNotes { database, bound in
            _ = try await database.read(Self.count)
            let outcomes = await withTaskGroup(of: Outcome.self) { group in
                for number in 0..<100 {
                    group.addTask { await bound.writeTogether(Self.note, [.integer(number), .text("x")]) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.allSatisfy { $0.failure == nil })
            let transactions = Statement("test.transactions", "SELECT count(DISTINCT xmin::text), count(*) FROM notes")
            var row = try await database.read(transactions)[0]
            #expect(try row.int() < 50)
            #expect(try row.int() == 100)
        }
    }

    @Test func `a failing shared write fails alone`() async throws {
        try await withNotes { database, bound in
            let failures = await withTaskGroup(of: (Int, PostgresError?).self) { group in
                for number in 0..<100 {
                    let text = number % 10 == 3 ? "much too long" : "x"
                    group.addTask {
                        (number, await bound.writeTogether(Self.note, [.integer(number), .text(text)]).failure)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(failures.keys.sorted() == Array(stride(from: 3, to: 100, by: 10)))
            var row = try await database.read(Self.count)[0]
            #expect(try row.int() == 90)
        }
    }

    @Test func `a constraint that fails at the commit fails only its own shared write`() async throws {
        try await withNotes { database, bound in
            let child = Statement("test.child", "INSERT INTO notes (id, parent) VALUES ($1, $2)")
            let failures = await withTaskGroup(of: (Int, PostgresError?).self) { group in
                for number in 0..<20 {
                    let parent = number == 7 ? 99 : number
                    group.addTask {
                        (number, await bound.writeTogether(child, [.integer(number), .integer(parent)]).failure)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(Array(failures.keys) == [7])
            var row = try await database.read(Self.count)[0]
            #expect(try row.int() == 19)
        }
    }

    @Test func `a violated constraint is reported by name, and the error holds no values`() async throws {
        try await withNotes { database, bound in
            _ = try await database.write(Self.note, [.integer(1), .text("x")])
            let twice = await bound.write(Self.note, [.integer(1), .text("private")]).failure
            let long = await bound.write(Self.note, [.integer(2), .text("private private")]).failure
            let wrong = Statement("test.wrong", "SELECT $1::text::integer")
            let invalid = await bound.read(wrong, [.text("private")]).failure
            for (error, state, constraint) in [
                (twice, SQLState.uniqueViolation, "notes_once"), (long, .checkViolation, "notes_short"),
                (invalid, SQLState(rawValue: "22P02"), nil),
            ] {
                guard case .rejected(let failure) = error else {
                    Issue.record("not rejected")
                    continue
                }
                #expect(failure.sqlState == state)
                #expect(failure.constraint == constraint)
                #expect(!"\(failure)".contains("private"))
            }
        }
    }

    @Test func `a constraint that fails at the commit fails the write`() async throws {
        try await withNotes { database, bound in
            let child = Statement("test.child", "INSERT INTO notes (id, parent) VALUES ($1, $2)")
            guard case .rejected(let failure) = await bound.write(child, [.integer(1), .integer(99)]).failure else {
                Issue.record("not rejected")
                return
            }
            #expect(failure.sqlState == .foreignKeyViolation)
            #expect(failure.constraint == "notes_parent")
            var row = try await database.read(Self.count)[0]
            #expect(try row.int() == 0)
            #expect(try await database.write(child, [.integer(1), .integer(1)]).affected == 1)
        }
    }

    @Test func `SQL that PostgreSQL cannot parse fails alone, again and again`() async throws {
        try await withPostgres { _, database in
            let broken = Statement("test.broken", "SELEC 1")
            for _ in 0..<2 {
                async let first = database.read(broken)
                async let second = database.read(Self.double, [.integer(4)])
                async let third = database.write(broken)
                guard case .rejected(let failure) = await first.failure else {
                    Issue.record("not rejected")
                    return
                }
                #expect(failure.sqlState.rawValue == "42601")
                #expect(await second.failure == nil)
                #expect(await third.failure == .rejected(failure))
            }
        }
    }

    @Test func `a statement whose plan is outdated or deallocated is prepared again`() async throws {
        try await withNotes { database, bound in
            let all = Statement("test.all", "SELECT * FROM notes")
            let change = Statement("test.change", "ALTER TABLE notes ADD COLUMN more integer")
            let forget = Statement("test.forget", "DEALLOCATE ALL")
            _ = try await database.read(all)
            _ = try await database.write(change)
            let results = await withTaskGroup(of: Outcome.self) { group in
                for _ in 0..<20 {
                    group.addTask { await bound.read(all) }
                    group.addTask { await bound.write(all) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.compactMap(\.failure) == [])
            _ = try await database.write(forget)
            _ = try await database.read(all)
            _ = try await database.write(Self.note, [.integer(1), .text("x")])
        }
    }

    @Test func `a statement that times out affects no other query`() async throws {
        try await withPostgres {
            $0.statementTimeout = .milliseconds(100)
        } _: { _, database in
            let sleep = Statement("test.sleep", "SELECT pg_sleep($1::integer)")
            async let long = database.read(sleep, [.integer(10)])
            async let short = database.read(Self.double, [.integer(1)])
            #expect(await long.failure == .timedOut)
            #expect(await short.failure == nil)
        }
    }

    private func withNotes(_ body: @escaping @Sendable (Database, LoopBound<Database>) async throws -> Void)
        async throws
    {
        try await withPostgres(at: TestDatabase.current.url) { database, bound in
            _ = try await database.write(Self.table)
            try await body(database, bound)
        }
    }
}
