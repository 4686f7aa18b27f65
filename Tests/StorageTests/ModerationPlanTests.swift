import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the lists of reports and moderation. A connection makes them once, maybe while the tables are empty.
@Suite(.database) struct ModerationPlanTests {
    @Test func `lists are read from their indexes, in their order`() async throws {
        try await TestEnvironment.open { environment in
            let database = environment.database
            let (cases, actions) = (CaseStore(database), ActionStore(database))
            let user = UserID(Identifier(high: 1, low: 1))
            // A test's database has one connection, which prepares each statement.
            for order in [CaseOrder.newest, .reports] {
                for list in [CaseList.open, .mine] {
                    _ = try await cases.page(list, by: order, after: nil, of: user, limit: 5)
                }
            }
            _ = try await cases.reports(of: CaseID(user.identifier))
            _ = try await ReportStore(database).page(of: user, after: nil, limit: 5)
            _ = try await actions.page(against: user, after: nil, limit: 5)
            _ = try await actions.appealed(after: nil, limit: 5)
            _ = try await actions.audit(after: nil, limit: 5)
            for (statement, index) in Self.plans {
                var plan = ""
                for var row in try await database.read(statement) { plan += try row.text() + "\n" }
                #expect(plan.contains("using \(index) "), "\(plan)")
                for work in ["Seq Scan", "Sort", "Bitmap"] { #expect(!plan.contains(work), "\(plan)") }
            }
        }
    }

    private static let plans = [
        (newest, "moderation_cases_newest"), (mostReported, "moderation_cases_most_reported"),
        (assigned, "moderation_cases_assigned"), (mostReportedAssigned, "moderation_cases_assigned_reports"),
        (reportsOfCase, "reports_pkey"), (ownReports, "reports_of_reporter"),
        (ofOwner, "moderation_actions_of_owner"), (appealed, "moderation_actions_appealed"),
        (audit, "audit_log_pkey"), (limits, "moderation_actions_limits"),
    ]

    private static let newest = Statement(
        "test_explain_newest_cases",
        "EXPLAIN (COSTS OFF) EXECUTE newest_cases (true, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)")
    private static let mostReported = Statement(
        "test_explain_most_reported_cases",
        "EXPLAIN (COSTS OFF) EXECUTE most_reported_cases (true, 9, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)")
    private static let assigned = Statement(
        "test_explain_assigned_cases",
        """
        EXPLAIN (COSTS OFF) EXECUTE newest_assigned_cases (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)
        """)
    private static let mostReportedAssigned = Statement(
        "test_explain_most_reported_assigned_cases",
        """
        EXPLAIN (COSTS OFF) EXECUTE most_reported_assigned_cases (
            '00000000-0000-0001-0000-000000000001', 9, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)
        """)
    private static let reportsOfCase = Statement(
        "test_explain_reports_of_case",
        "EXPLAIN (COSTS OFF) EXECUTE reports_of_case ('00000000-0000-0001-0000-000000000001', 100)")
    private static let ownReports = Statement(
        "test_explain_own_reports",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_own_reports (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)
        """)
    private static let ofOwner = Statement(
        "test_explain_actions",
        """
        EXPLAIN (COSTS OFF) EXECUTE actions_against_user (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 5)
        """)
    private static let appealed = Statement(
        "test_explain_appealed",
        "EXPLAIN (COSTS OFF) EXECUTE appealed_actions ('ffffffff-ffff-ffff-ffff-ffffffffffff', 5)")
    private static let audit = Statement(
        "test_explain_audit",
        "EXPLAIN (COSTS OFF) EXECUTE page_of_audit_log ('ffffffff-ffff-ffff-ffff-ffffffffffff', 5)")
    private static let limits = Statement(
        "test_explain_limits",
        "EXPLAIN (COSTS OFF) SELECT FROM limits_in_force WHERE user_id = '00000000-0000-0001-0000-000000000001'")
}
