import Foundation
import TestSupport
import Testing

/// X-17, S1-50, S1-66: one rule decides what every surface shows of a profile, its tracks, files, activity and
/// presence. After random actions the rule is computed from the rows and compared with every read route, for every
/// user, a reader without a token and an administrator: nothing is shown that must be hidden, nothing hidden that must
/// be shown.
@Suite(.showingOutput)
struct PrivacyRuleTests {
    /// Documents, health and metrics; and the Social Service's routes, which are served below /social again.
    nonisolated(unsafe) private static let others =
        /\/(social\/(v1|integration|openapi|api)|api\/docs|openapi|healthz$|readyz$|metrics$)/

    @Test(arguments: [11, 12] as [UInt64])
    func `every route shows of profiles and files what the rule lets through, and nothing else`(
        seed: UInt64
    ) async throws {
        var options = ProductOptions()
        options.kinds = [.api, .images, .audio, .notifications]
        options.environment = ["INTERNAL_API_TOKEN": RandomWorld.internalToken]
        try await Product.run(options) { product in
            let routes = try await product.run("API", ["routes"]).output.split(separator: "\n")
                .filter { $0.hasPrefix("GET ") }.map { String($0.dropFirst(4)) }
                .filter { $0.prefixMatch(of: Self.others) == nil }
            #expect(routes.count > 30)
            var world = try await PrivacyWorld(4, seed: seed, in: product)
            var situations: Set<String> = []
            for _ in 0..<3 {
                try await world.act(times: 50)
                let rows = try await PrivacyRows(product)
                situations.formUnion(rows.situations)
                for viewer in world.open.map({ PrivacyViewer(user: $0) }) + [PrivacyViewer(user: nil)] {
                    try await expectRule(rows, for: viewer, on: routes, world)
                }
            }
            // Otherwise the comparison would say little.
            #expect(situations.isSuperset(of: ["private", "closed", "block", "follow of a private profile", "feed"]))
        }
    }

    private func expectRule(
        _ rows: PrivacyRows, for viewer: PrivacyViewer, on routes: [String], _ world: PrivacyWorld
    ) async throws {
        let rule = PrivacyRule(rows: rows, viewer: viewer, world: world)
        var questions: [PrivacyQuestion] = []
        for route in routes {
            guard let asked = rule.questions(about: route) else {
                Issue.record("this test does not know what \(route) shows")
                continue
            }
            questions += asked
        }
        let answers = try await viewer.answers(to: questions.map(\.path), at: world.product.client)
        for question in questions {
            let answer = try #require(answers[question.path])
            if let difference = question.check(answer) {
                Issue.record("\(question.path) for \(viewer): \(difference)\n\(answer.text.prefix(600))")
            }
            expectNoDetails(in: answer, to: question.path, rule)
        }
    }

    /// No answer contains a detail or a file's id of a profile whose details the viewer does not see.
    private func expectNoDetails(in answer: ProductAnswer, to path: String, _ rule: PrivacyRule) {
        guard answer.headers["content-type"]?.hasPrefix("application/json") == true else { return }
        let text = answer.text
        for account in rule.rows.accounts where !rule.seesDetails(of: account.id) {
            if let secret = rule.world.secrets[account.id], text.contains(secret) {
                Issue.record("\(path) for \(rule.viewer) shows \(secret) of \(account.name)")
            }
            for file in rule.rows.files where file.owner == account.id && file.purpose != "avatar" {
                if text.contains(file.id) {
                    Issue.record("\(path) for \(rule.viewer) shows the \(file.purpose) \(file.id) of \(account.name)")
                }
            }
        }
    }
}
