import Chassis
import TestSupport
import Testing

/// One who reads: a user with a token, or nobody in particular.
struct PrivacyViewer: Sendable, CustomStringConvertible {
    let user: TestUser?
    private static let pool = BlockingPool(name: "viewers", threads: 24, queueLimit: 1_000)

    var id: String? { user?.id }
    var description: String { user?.username ?? "a reader without a token" }

    /// Asks for each path, over one connection.
    func answers(to paths: [String], at client: ProductClient) async throws -> [String: ProductAnswer] {
        var headers = user.map { ["Authorization": "Bearer \($0.accessToken)"] } ?? [:]
        let port = client.port
        if paths.contains(where: { $0.hasPrefix("/integration/") }) {
            headers.merge(RandomWorld.serviceHeaders) { $1 }
        }
        return try await Self.pool.run { [headers] in
            let connection = try ProductConnection(port: port)
            var answers: [String: ProductAnswer] = [:]
            for path in paths { answers[path] = try connection.exchange(ProductRequest("GET", path, headers: headers)) }
            return answers
        }
    }
}

/// A request, and what the rule says of its answer.
struct PrivacyQuestion {
    let path: String
    /// Returns what differs from the rule; nil if nothing does.
    let check: (ProductAnswer) -> String?

    init(_ path: String, _ check: @escaping (ProductAnswer) -> String?) {
        self.path = path
        self.check = check
    }

    /// Expects a status alone.
    init(_ path: String, status: Int) {
        self.init(path) { $0.status == status ? nil : "\($0.status) instead of \(status)" }
    }

    /// Expects a value, or 404 where the rule has none.
    init<Value: Equatable>(_ path: String, _ expected: Value?, _ value: @escaping (ProductJSON) -> Value) {
        self.init(path) { answer in
            guard let expected else { return answer.status == 404 ? nil : "\(answer.status) instead of 404" }
            let found = value(answer.json)
            return answer.status == 200 && found == expected ? nil : "\(answer.status) \(found) instead of \(expected)"
        }
    }
}
