import Postgres
import TestSupport
import Testing

/// How often a connection plans a statement.
@Suite(.database) struct PlanTests {
    private static let array = Statement(
        "plans.array", "SELECT relname FROM pg_class WHERE oid = ANY ($1::integer[]::oid[]) AND relkind = $2")
    private static let counts = Statement(
        "plans.counts",
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'plans.array'")

    @Test(arguments: [(false, [12, 0]), (true, [0, 12])])
    func `a statement has one plan for all its calls, and one for each call of an operator's command`(
        plansEachCall: Bool, expected: [Int]
    ) async throws {
        try await withPostgres {
            $0.plansEachCall = plansEachCall
        } _: { database, _ in
            for number in 0..<12 { _ = try await database.read(Self.array, [.text("{\(number)}"), .text("r")]) }
            var row = try #require(try await database.read(Self.counts).first)
            #expect([try row.int(), try row.int()] == expected)
        }
    }
}
