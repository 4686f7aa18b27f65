import Foundation
import Testing

@testable import API

/// S0-97, S0-100, S0-123: the document has the codes of the surface's error table, and no others.
@Suite struct DocumentedCodesTests {
    private struct Document: Decodable {
        struct Schema: Decodable { var `enum`: [String]? }
        struct Response: Decodable {
            var description: String?
            var content: [String: Content]?
            var ref: String?
            enum CodingKeys: String, CodingKey {
                case description, content
                case ref = "$ref"
            }
        }
        struct Content: Decodable {
            struct Envelope: Decodable {
                struct Part: Decodable { var properties: [String: Schema]? }
                var allOf: [Part]?
            }
            var schema: Envelope
        }
        struct Operation: Decodable { var responses: [String: Response] }
        struct Components: Decodable {
            var responses: [String: Response]
            var schemas: [String: Schema]
        }
        var components: Components
        var paths: [String: [String: Operation]]

        /// The error codes that a response lists.
        func codes(of response: Response) -> Set<String> {
            let name = response.ref.flatMap { $0.split(separator: "/").last }
            let named = name.flatMap { components.responses[String($0)] }
            let envelope = (named ?? response).content?["application/json"]?.schema.allOf ?? []
            return Set(envelope.flatMap { $0.properties?["error"]?.enum ?? [] })
        }
    }
    private let document: Document

    init() throws {
        document = try JSONDecoder().decode(Document.self, from: Data(PackageResources.openapi_json))
    }

    @Test func `the document's list of codes is the error table's`() throws {
        let listed = try #require(document.components.schemas["ErrorCode"]?.enum)
        #expect(Set(listed) == SocialServiceErrorTable.codes)
        #expect(listed.count == Set(listed).count)
    }

    @Test func `every code is a documented response of an operation, and no response has another`() {
        let responses = document.paths.values.flatMap { $0.values.flatMap { $0.responses.values } }
        let used = responses.reduce(into: Set<String>()) { $0.formUnion(document.codes(of: $1)) }
        #expect(used == SocialServiceErrorTable.codes)
    }

    @Test func `every operation documents the errors that any request can meet`() {
        for (path, operations) in document.paths {
            for (method, operation) in operations {
                func codes(_ status: String) -> Set<String> {
                    operation.responses[status].map { document.codes(of: $0) } ?? []
                }
                #expect(codes("405") == ["METHOD_NOT_ALLOWED"], "\(method) \(path)")
                if path.contains("/health") { continue }
                #expect(codes("500") == ["INTERNAL_ERROR"], "\(method) \(path)")
                #expect(codes("503").contains("SERVICE_UNAVAILABLE"), "\(method) \(path)")
                #expect(codes("429") == ["RATE_LIMIT_EXCEEDED"], "\(method) \(path)")
                #expect(codes("401") == ["UNAUTHORIZED"], "\(method) \(path)")
            }
        }
    }

    @Test func `a response lists the codes that its status can have`() {
        for (path, operations) in document.paths {
            for (method, operation) in operations {
                for (status, response) in operation.responses {
                    let codes = document.codes(of: response)
                    guard let number = Int(status), number >= 400 else {
                        #expect(codes.isEmpty, "\(method) \(path) \(status)")
                        continue
                    }
                    if path == "/v1/health/detailed", number == 503 { continue }
                    #expect(!codes.isEmpty, "\(method) \(path) \(status)")
                    let others = codes.subtracting([SocialServiceErrorTable.code(ofStatus: number)])
                    #expect(others.isDisjoint(with: Self.codesOfStatuses), "\(method) \(path) \(status): \(others)")
                }
            }
        }
    }

    private static let codesOfStatuses = Set(
        (400..<600).map { SocialServiceErrorTable.code(ofStatus: $0) })
}
