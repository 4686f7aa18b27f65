import Chassis
import Postgres
import Testing

@Suite struct ValueTests {
    private static let echo = Statement(
        "test.echo",
        """
        SELECT $1::text, $2::bigint, $3::uuid, $4::bytea, $5::boolean, $6::timestamptz, $7::jsonb, $8::json,
               $9::integer, $10::smallint
        """)
    private static let arrays = Statement(
        "test.arrays", "SELECT array_to_string($1::uuid[], ' '), array_length($2::text[], 1), $2::text[] = $3::text[]")

    @Test(arguments: ["", "plain", "'; DROP TABLE accounts; --", "Привет, мир", "👩‍👩‍👧‍👦 🇺🇦", "a\\b\"c\n$1 {x,NULL}"])
    func `round-trips a text`(text: String) async throws {
        try await withPostgres { database, _ in
            let statement = Statement("test.text", "SELECT $1::text, ($2::text[])[2]")
            var row = try await database.read(statement, [.text(text), .texts(["", text])])[0]
            #expect(try row.text() == text)
            #expect(try row.text() == text)
        }
    }

    @Test func `round-trips every type`() async throws {
        try await withPostgres { database, _ in
            let moment = Timestamp(microseconds: 1_700_000_000_123_457)
            var row = try await database.read(
                Self.echo,
                [
                    .text("x"), .integer(.min), .uuid(1, .max), .bytes([0, 255, 0]), .boolean(true),
                    .timestamp(moment), .json(Array(#"{"a": [1]}"#.utf8)), .json(Array("[1]".utf8)), .integer(-7),
                    .integer(300),
                ])[0]
            #expect(try row.text() == "x")
            #expect(try row.int() == .min)
            #expect(try row.uuid() == (1, .max))
            #expect(try row.bytes() == [0, 255, 0])
            #expect(try row.bool())
            #expect(try row.timestamp() == moment)
            #expect(try row.json() == Array(#"{"a": [1]}"#.utf8))
            #expect(try row.json() == Array("[1]".utf8))
            #expect(try row.int() == -7)
            #expect(try row.int() == 300)
        }
    }

    @Test func `returns NULL of every type as nil`() async throws {
        try await withPostgres { database, _ in
            var row = try await database.read(Self.echo, Array(repeating: .null, count: 10))[0]
            #expect(try row.optionalText() == nil)
            #expect(try row.optionalInt() == nil)
            #expect(try row.optionalUUID() == nil)
            #expect(try row.optionalBytes() == nil)
            #expect(try row.optionalBool() == nil)
            #expect(try row.optionalTimestamp() == nil)
            #expect(try row.optionalJSON() == nil)
            #expect(throws: PostgresError.unexpectedResult("column 8 (json) is NULL")) { try row.json() }
        }
    }

    @Test func `carries arrays, empty ones too`() async throws {
        try await withPostgres { database, _ in
            let texts: [PostgresValue] = [.texts(["a", "", "б,{}\""]), .texts(["a", "", "б,{}\""])]
            var row = try await database.read(Self.arrays, [.uuids([(0, 1), (.max, 0)])] + texts)[0]
            #expect(
                try row.text() == "00000000-0000-0000-0000-000000000001 ffffffff-ffff-ffff-0000-000000000000")
            #expect(try row.int() == 3)
            #expect(try row.bool())
            row = try await database.read(Self.arrays, [.uuids([]), .texts([]), .texts([])])[0]
            #expect(try row.text() == "")
            #expect(try row.optionalInt() == nil)
            #expect(try row.bool())
        }
    }

    @Test func `carries moments before 1970 and far ahead`() async throws {
        try await withPostgres { database, _ in
            let statement = Statement(
                "test.moment", "SELECT $1::timestamptz, ($1::timestamptz AT TIME ZONE 'UTC')::text")
            var row = try await database.read(statement, [.timestamp(Timestamp(microseconds: -1))])[0]
            #expect(try row.timestamp().microseconds == -1)
            #expect(try row.text() == "1969-12-31 23:59:59.999999")
            row = try await database.read(statement, [.timestamp(Timestamp(unixSeconds: 253_402_300_800))])[0]
            #expect(try row.timestamp().unixSeconds == 253_402_300_800)
            #expect(try row.text() == "10000-01-01 00:00:00")
        }
    }

    @Test func `carries a megabyte both ways`() async throws {
        try await withPostgres { database, _ in
            let bytes = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var row = try await database.read(Statement("test.bytes", "SELECT $1::bytea"), [.bytes(bytes)])[0]
            #expect(try row.bytes() == bytes)
        }
    }

    @Test func `rejects a text with U+0000 instead of truncating it`() async throws {
        try await withPostgres { _, database in
            let statement = Statement("test.zero", "SELECT $1::text")
            guard case .rejected(let failure) = await database.read(statement, [.text("a\u{0}b")]).failure else {
                Issue.record("not refused")
                return
            }
            #expect(failure.sqlState == .characterNotInRepertoire)
            #expect(await database.write(statement, [.json([0x22, 0, 0x22])]).failure != nil)
            #expect(await database.read(statement, [.text("ab")]).failure == nil)
        }
    }

    @Test func `refuses to read a column as another type, or one too many`() async throws {
        try await withPostgres { database, _ in
            let statement = Statement("test.strict", "SELECT 1 AS one, 'infinity'::timestamptz AS ever")
            var row = try await database.read(statement)[0]
            #expect(throws: PostgresError.unexpectedResult("column 1 (one) has type 23, not text")) {
                try row.text()
            }
            #expect(throws: PostgresError.unexpectedResult("column 2 (ever) is infinite")) { try row.timestamp() }
            #expect(throws: PostgresError.unexpectedResult("a row has only 2 columns")) { try row.int() }
        }
    }
}
