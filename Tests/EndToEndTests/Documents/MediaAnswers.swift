import Foundation
import TestSupport
import Testing

/// Provokes answers, and checks each against the document.
struct MediaAnswers {
    let product: Product
    let document: ProductJSON
    let users: [TestUser]
    var seen: Set<String> = []
    var files: [String: String] = [:]

    init(_ product: Product) async throws {
        self.product = product
        document = try await product.client.get("/openapi/media.json").json
        // Each from an address of its own, because registrations are limited.
        var users: [TestUser] = []
        for number in 1...8 {
            users.append(try await TestUser.register(at: product.client.from("127.0.1.\(number)")))
        }
        self.users = users
    }

    /// Every operation with each of its statuses.
    var documented: Set<String> {
        let paths = document["paths"]
        return Set(
            paths.names.flatMap { path in
                paths[path].names.flatMap { method in
                    paths[path][method]["responses"].names.map { "\(method.uppercased()) \(path) \($0)" }
                }
            })
    }

    /// Sends a request, and expects an answer that the document has for this operation.
    /// - Parameter id: Replaces the parameter of the path.
    @discardableResult
    mutating func expect(
        _ status: Int, _ method: String, _ template: String, _ id: String = "", query: String = "",
        headers: [String: String] = [:], body: [UInt8] = [], as user: TestUser?
    ) async throws -> ProductAnswer {
        let path = template.replacing(/\{[A-Za-z]+\}/, with: id) + query
        var headers = headers
        headers["Authorization"] = user.map { "Bearer \($0.accessToken)" }
        let answer = try await product.client.send(ProductRequest(method, path, headers: headers, body: body))
        #expect(answer.status == status, "\(method) \(path): \(answer.text)")
        #expect(faults(of: answer, method, template) == [], "\(method) \(path)")
        seen.insert("\(method) \(template) \(status)")
        return answer
    }

    // MARK: The document

    /// Returns how an answer differs from the document.
    func faults(of answer: ProductAnswer, _ method: String, _ template: String) -> [String] {
        let responses = document["paths"][template][method.lowercased()]["responses"]
        let response = resolved(responses["\(answer.status)"])
        guard response != .null else { return ["\(answer.status) is not documented"] }
        var faults = response["headers"].names
            .filter { answer.headers[$0.lowercased()] == nil && !Self.sometimes.contains($0) }
            .map { "the header \($0) is missing" }
        // The answer to HEAD has no body.
        guard method != "HEAD" else { return faults }
        let type = answer.headers["content-type"]?.split(separator: ";").first.map(String.init)
        let types = response["content"].names
        if let type, !types.contains(where: { Self.matches(type, $0) }) {
            faults.append("\(type) is not among \(types)")
        }
        if type == nil, !types.isEmpty { faults.append("there is no body of \(types)") }
        if answer.status >= 400, type != nil, answer.json.names != ["success", "error"] {
            faults.append("this is not the envelope: \(answer.text)")
        }
        return faults
    }

    /// Headers that an answer may lack: several ranges name theirs in the body, media is shown, not saved, only
    /// pictures are negotiated, and an upload either expires or has a result.
    private static let sometimes: Set = [
        "Content-Range", "Content-Disposition", "Vary", "Upload-Expires", "Upload-Metadata", "Upload-Result",
    ]

    private static func matches(_ type: String, _ pattern: String) -> Bool {
        pattern == "*/*" || pattern == type || (pattern.hasSuffix("/*") && type.hasPrefix(pattern.dropLast()))
    }

    private func resolved(_ value: ProductJSON) -> ProductJSON {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }
}
