import Foundation
import TestSupport
import Testing

extension Product {
    /// What Workers answers an operator; must end well.
    @discardableResult
    func ask(_ words: String...) async throws -> String {
        let run = try await run("Workers", words)
        #expect(run.exit == .code(0), "\(words): \(run.output)")
        return run.output
    }

    /// What it answers a program: the last line, for others may say how far it is.
    func askJSON(_ words: String...) async throws -> ProductJSON {
        let run = try await run("Workers", words + ["--json"])
        let answer = run.output.split(separator: "\n").last ?? ""
        return try JSONDecoder().decode(ProductJSON.self, from: Data(answer.utf8))
    }

    /// Writes a welcome mail's row; the sweep finds it.
    func enqueueWelcome(to address: String) async throws -> String {
        let rows = try await texts(
            """
            INSERT INTO outbox (id, queue, kind, payload, run_at)
            VALUES (gen_random_uuid(), 'email', 'send-welcome', jsonb_build_object('email', $1::text, 'name', 'ann'),
                    now() - interval '10 seconds')
            RETURNING id::text
            """, [address])
        return try #require(rows.first)
    }

    func state(of job: String) async throws -> String? {
        try await texts("SELECT state FROM outbox WHERE id::text = $1", [job]).first
    }
}

extension ProductJSON {
    subscript(index: Int) -> ProductJSON {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }

    var count: Int {
        if case .array(let elements) = self { elements.count } else { 0 }
    }
}
