import Foundation
import TestSupport
import Testing

/// Provokes answers of a surface, and compares each with its document.
struct DocumentedResponses {
    let product: Product
    let document: ProductJSON
    let users: [TestUser]
    var files: [String: String] = [:]
    private var exchanges: [Exchange] = []
    private let source: [UInt8]
    private var addresses = 0

    /// A request and its answer, as `document_faults.py` reads them.
    private struct Exchange: Encodable {
        let method: String
        let template: String
        let status: Int
        let headers: [String: String]
        let request: String?
        let body: String?
    }

    /// A request to a documented operation.
    struct Call: Sendable {
        var method = "GET"
        let template: String
        /// Replaces the parameter of the path; several, separated by slashes, one after another.
        var id = ""
        var query = ""
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        init(
            _ method: String = "GET", _ template: String, _ id: String = "", query: String = "", json: String? = nil,
            headers: [String: String] = [:]
        ) {
            (self.method, self.template, self.id, self.query) = (method, template, id, query)
            self.headers = headers
            guard let json else { return }
            self.headers["Content-Type"] = "application/json"
            body = Array(json.utf8)
        }

        func request(as user: TestUser?) -> ProductRequest {
            var ids = id.split(separator: "/")
            let path = template.replacing(/\{[A-Za-z]+\}/) { _ in ids.count > 1 ? ids.removeFirst() : ids.first ?? "" }
            var headers = headers
            if let user { headers["Authorization"] = "Bearer \(user.accessToken)" }
            return ProductRequest(method, path + query, headers: headers, body: body)
        }
    }

    init(_ product: Product, _ path: String = "/openapi/musicians.json", users count: Int) async throws {
        self.product = product
        let answer = try await product.client.get(path)
        source = answer.body
        document = answer.json
        // Each from an address of its own, because registrations are limited.
        var users: [TestUser] = []
        for number in 1...count {
            users.append(try await TestUser.register(at: product.client.from("127.0.1.\(number)")))
        }
        self.users = users
    }

    /// Returns a client on a machine from which nothing was sent before: many limits are counted by address.
    mutating func elsewhere() -> ProductClient {
        addresses += 1
        return product.client.from("127.0.\(2 + addresses / 250).\(1 + addresses % 250)")
    }

    // MARK: Answers

    /// Every documented operation below the prefixes, with each of its statuses.
    func documented(below prefixes: String...) -> Set<String> {
        let paths = document["paths"]
        let templates = paths.names.filter { path in prefixes.contains { path.hasPrefix($0) } }
        return Set(
            templates.flatMap { path in
                paths[path].names.flatMap { method in
                    paths[path][method]["responses"].names.map { "\(method.uppercased()) \(path) \($0)" }
                }
            })
    }

    /// Every operation that was answered, with its statuses.
    var seen: Set<String> { Set(exchanges.map { "\($0.method) \($0.template) \($0.status)" }) }

    /// Sends a request, and expects an answer that the document has for this operation.
    /// - Parameter id: As of ``Call``.
    @discardableResult
    mutating func expect(
        _ status: Int, _ method: String, _ template: String, _ id: String = "", query: String = "",
        headers: [String: String] = [:], body: [UInt8] = [], as user: TestUser?, at client: ProductClient? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProductAnswer {
        var call = Call(method, template, id, query: query, headers: headers)
        call.body = body
        return try await expect(status, call, as: user, at: client ?? product.client, sourceLocation: sourceLocation)
    }

    @discardableResult
    mutating func expect(
        _ status: Int, _ call: Call, as user: TestUser?, at client: ProductClient,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProductAnswer {
        let answer = try await client.send(call.request(as: user))
        #expect(answer.status == status, "\(call): \(answer.text)", sourceLocation: sourceLocation)
        record(answer, call.method, call.template, request: call.body)
        return answer
    }

    /// Sends all requests at the same time, each from another machine, because each waits until an outage is certain.
    mutating func expectTogether(
        _ status: Int, _ calls: [Call], as user: TestUser?, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answers = try await withThrowingTaskGroup(of: (Call, ProductAnswer).self) { group in
            for call in calls {
                let client = elsewhere()
                group.addTask { (call, try await client.send(call.request(as: user))) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (call, answer) in answers {
            #expect(answer.status == status, "\(call): \(answer.text)", sourceLocation: sourceLocation)
            record(answer, call.method, call.template, request: call.body)
        }
    }

    /// Sends JSON, from another machine each time.
    @discardableResult
    mutating func expect(
        _ status: Int, _ method: String, _ template: String, _ id: String = "", json: String, as user: TestUser?,
        headers: [String: String] = [:], at client: ProductClient? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProductAnswer {
        let machine = client ?? elsewhere()
        return try await expect(
            status, method, template, id, headers: ["Content-Type": "application/json"].merging(headers) { $1 },
            body: Array(json.utf8), as: user, at: machine, sourceLocation: sourceLocation)
    }

    /// Expects what every JSON body can meet.
    mutating func expectBodyRefusals(
        _ method: String, _ template: String, _ id: String = "", as user: TestUser?
    ) async throws {
        let long = String(repeating: "x", count: 300_000)
        try await expect(413, method, template, id, json: #"{"text":"\#(long)"}"#, as: user)
        try await expect(415, method, template, id, json: "{}", as: user, headers: ["Content-Type": "text/plain"])
    }

    mutating func record(_ answer: ProductAnswer, _ method: String, _ template: String, request: [UInt8]? = nil) {
        let isText = answer.headers["content-type"]?.hasPrefix("application/json") == true
        exchanges.append(
            Exchange(
                method: method, template: template, status: answer.status, headers: answer.headers,
                request: request.flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) },
                body: isText ? answer.text : nil))
    }

    /// Sends a method that no path has: such an answer is documented at the others of its path.
    mutating func useOtherMethod(_ method: String, below prefixes: String...) async throws {
        for template in document["paths"].names where prefixes.contains(where: { template.hasPrefix($0) }) {
            let answer = try await product.client.send(
                ProductRequest(method, template.replacing(/\{[A-Za-z]+\}/, with: unknownID)))
            #expect(answer.status == 405, "\(template): \(answer.text)")
            for method in document["paths"][template].names { record(answer, method.uppercased(), template) }
        }
    }

    // MARK: The document

    /// Returns how the answers so far differ from the document: bodies, members that it does not name, and headers.
    func faults() async throws -> [String] {
        let folder = product.directory
        try Data(source).write(to: URL(fileURLWithPath: "\(folder)/document.json"))
        try JSONEncoder().encode(exchanges).write(to: URL(fileURLWithPath: "\(folder)/exchanges.json"))
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../.."
        let (exit, output) = try await product.command(
            [
                "/usr/bin/python3", "\(tests)/TestSupport/document_faults.py", "\(folder)/document.json",
                "\(folder)/exchanges.json",
            ], environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"])
        #expect(exit == .code(0), "\(output)")
        return output.split(separator: "\n").map(String.init)
    }
}
