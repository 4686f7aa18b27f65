import Foundation
import Synchronization
import TestSupport
import Testing

extension SharedProduct {
    /// S0-122, S0-123, S0-143, U-11.
    struct DocumentTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        /// Parsing a document takes up to a second.
        private static let parsed = Mutex<[String: ProductJSON]>([:])

        private func document(_ path: String) async throws -> ProductJSON {
            if let known = Self.parsed.withLock({ $0[path] }) { return known }
            let document = try await client.get(path).json
            Self.parsed.withLock { $0[path] = document }
            return document
        }

        @Test(arguments: DocumentedSurfaces.documents)
        func `every route is in the document, and everything in the document is a route`(
            _ surfaces: DocumentedSurfaces
        ) async throws {
            let (exit, output) = try await product.run("API", ["routes"])
            #expect(exit == .code(0), "\(output)")
            let prefix = surfaces.prefix
            let routes = output.split(separator: "\n").map(String.init)
                .filter { route in surfaces.paths.contains { route.pathBegins("\(prefix)\($0)") } }
                .filter { route in !surfaces.others.contains { route.pathBegins($0) } }
                .map { $0.replacing(/:([A-Za-z]+)/) { "{\($0.1)}" }.replacing(" \(prefix)/", with: " /") }
            let documented = try await operations(surfaces.document).map { "\($0.method) \($0.path)" }
            #expect(!routes.isEmpty)
            #expect(Set(routes) == Set(documented))
            #expect(routes.count == documented.count)
        }

        @Test(arguments: DocumentedSurfaces.documents)
        func `the document names the base of its routes and a contact`(_ surfaces: DocumentedSurfaces) async throws {
            let answer = try await client.get(surfaces.document)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
            let document = try await document(surfaces.document)
            #expect(document["openapi"].text == "3.1.0")
            #expect(document["servers"][0]["url"].text == (surfaces.prefix.isEmpty ? "/" : surfaces.prefix))
            #expect(document["info"]["contact"]["email"].text == "api-support@gaming-platform.ru")
            guard surfaces.paths.contains("/v1/") || surfaces.paths == ["/"] else { return }
            #expect(document["info"]["description"].text?.contains("v1.0.0 (2024-03-15)") == true)
        }

        // U-11
        @Test func `the document of all surfaces has every path and component of each`() async throws {
            let combined = try await document("/openapi.json")
            var surfaces: [ProductJSON] = []
            for name in ["social-service", "musicians", "socialplay", "operations"] {
                surfaces.append(try await document("/openapi/\(name).json"))
            }
            #expect(combined["paths"].names.count == surfaces.map { $0["paths"].names.count }.reduce(0, +))
            #expect(combined["tags"].array?.count == surfaces.map { $0["tags"].array?.count ?? 0 }.reduce(0, +))
            for kind in ["parameters", "headers", "responses", "schemas"] {
                let count = surfaces.map { $0["components"][kind].names.count }.reduce(0, +)
                #expect(combined["components"][kind].names.count == count, "\(kind)")
            }
            for surface in surfaces {
                for path in surface["paths"].names { #expect(combined["paths"][path] == surface["paths"][path]) }
                for (kind, names) in surface["components"].names.map({ ($0, surface["components"][$0].names) }) {
                    for name in names where !(kind == "securitySchemes" && name == "internalToken") {
                        #expect(combined["components"][kind][name] == surface["components"][kind][name], "\(name)")
                    }
                }
                #expect(surface.references.allSatisfy { surface.resolves($0) })
            }
            #expect(combined.unnamedTypes() == [])
            #expect(combined.references.allSatisfy { combined.resolves($0) })
            #expect(combined.references.count > 500)
        }

        @Test(arguments: ["/openapi.json", "/social/openapi.json"])
        func `every documented operation has the documented answer to a request without a token`(
            _ document: String
        ) async throws {
            let prefix = document.replacing("/openapi.json", with: "")
            for operation in try await operations(document) {
                let path = prefix + operation.path.replacing(/\{[A-Za-z]+\}/, with: UUID().uuidString.lowercased())
                // Uploads in parts name their protocol, and the method if it is another one.
                var headers = ["Tus-Resumable": "1.0.0"]
                if operation.method == "POST", operation.path.hasPrefix("/media/uploads/") {
                    headers["X-HTTP-Method-Override"] = "PATCH"
                }
                let answer = try await client.send(ProductRequest(operation.method, path, headers: headers))
                #expect(operation.statuses.contains("\(answer.status)"), "\(operation.method) \(path): \(answer.text)")
                if operation.isOpen { continue }
                #expect(answer.status == 401, "\(operation.method) \(path)")
            }
        }

        @Test func `the page shows every operation in a browser and tries one, without a request to another host`()
            async throws
        {
            for prefix in ["", "/social"] {
                let base = "http://127.0.0.1:\(client.port)"
                let (seen, picture) = try await Browser.tryPage("\(base)\(prefix)/api/docs", of: product)
                #expect(try await seen["operations"].number == Double(operations("\(prefix)/openapi.json").count))
                #expect(seen["text"].text?.contains("api-support@gaming-platform.ru") == true)
                #expect(seen["status"].text == "200")
                #expect(seen["answer"].text?.contains(#""version": "1.0.0""#) == true, "\(seen["answer"])")
                let asked = try #require(seen["asked"].array).compactMap(\.text)
                #expect(asked.contains("\(base)\(prefix)/v1/health"), "\(asked)")
                #expect(asked.allSatisfy { $0.hasPrefix("\(base)/") || $0.hasPrefix("data:") }, "\(asked)")
                #expect(seen["errors"].array?.isEmpty == true, "\(seen["errors"])")
                #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) && picture.count > 20_000)
            }
        }

        @Test func `the page's files are served whole, by range and with validators, and no other file is`()
            async throws
        {
            let script = try await client.get("/api/docs/swagger-ui-bundle.js")
            #expect(script.status == 200)
            let tag = try #require(script.headers["etag"])
            let again = try await client.get("/api/docs/swagger-ui-bundle.js", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            for path in ["/api/docs/LICENSE", "/api/docs/..%2fpackage", "/api/docs/%2e%2e", "/api/docs/"] {
                #expect(try await client.get(path).status == 404, "\(path)")
            }
        }

        // MARK: What the document says

        private struct Operation {
            let method: String
            let path: String
            let statuses: Set<String>
            let isOpen: Bool
        }

        private func operations(_ path: String) async throws -> [Operation] {
            let document = try await document(path)
            return document["paths"].names.flatMap { path in
                document["paths"][path].names.map { method in
                    let operation = document["paths"][path][method]
                    return Operation(
                        method: method.uppercased(), path: path, statuses: operation["responses"].names,
                        isOpen: operation["security"].array.map { $0.isEmpty || $0.contains(.object([:])) } == true)
                }
            }
        }
    }
}

/// A document and the routes that it describes.
struct DocumentedSurfaces: Sendable, CustomTestStringConvertible {
    let document: String
    /// Below which the routes are.
    var prefix = ""
    /// How their paths begin.
    let paths: [String]
    /// How the paths of other surfaces begin, below the prefix too.
    var others: [String] = []

    var testDescription: String { document }

    private static let socialService = ["/v1/", "/integration/"]
    private static let musicians = ["/auth/", "/users", "/social/", "/media/"]
    /// Below which everything is described but the documents themselves.
    private static let all = ["/"]
    private static let undescribed = belowSocial + ["/openapi", "/api/docs"]
    private static let pictures = "/media/file/:userId/"
    private static let belowSocial = [
        "/social/v1/", "/social/integration/", "/social/openapi.json", "/social/api/docs",
    ]

    static let documents = [
        DocumentedSurfaces(document: "/openapi.json", paths: all, others: undescribed),
        DocumentedSurfaces(document: "/api/docs-json", paths: all, others: undescribed),
        DocumentedSurfaces(document: "/social/openapi.json", prefix: "/social", paths: socialService),
        DocumentedSurfaces(document: "/social/api/docs-json", prefix: "/social", paths: socialService),
        DocumentedSurfaces(document: "/openapi/social-service.json", paths: socialService),
        DocumentedSurfaces(document: "/openapi/musicians.json", paths: musicians, others: belowSocial + [pictures]),
        DocumentedSurfaces(document: "/openapi/socialplay.json", paths: ["/api/v1/", pictures]),
        DocumentedSurfaces(document: "/openapi/operations.json", paths: ["/healthz", "/readyz", "/metrics"]),
    ]
}

extension ProductJSON {
    /// Every `$ref` inside.
    fileprivate var references: [String] {
        let inner = (array ?? []) + names.map { self[$0] }
        return (self["$ref"].text.map { [$0] } ?? []) + inner.flatMap(\.references)
    }

    /// Whether a reference leads to something in this document.
    fileprivate func resolves(_ reference: String) -> Bool {
        let names = reference.split(separator: "/")
        return names.first == "#" && names.dropFirst().reduce(self) { $0[String($1)] } != .null
    }
}

extension ProductJSON {
    /// The places of enumerations and objects inside that are no components, so that generators would invent names.
    /// What narrows a component, as the errors of an operation, is none.
    fileprivate func unnamedTypes(_ place: String = "") -> [String] {
        let isComponent = place.wholeMatch(of: /\/components\/schemas\/[A-Za-z]+/) != nil
        let isObject = self["type"].text == "object" && self["properties"] != .null
        let own = !isComponent && (isObject || self["enum"].array != nil) ? [place] : []
        let inner = names.subtracting(["example", "examples", "allOf"])
        let elements = (array ?? []).enumerated().flatMap { $1.unnamedTypes("\(place)/\($0)") }
        return own + elements + inner.flatMap { self[$0].unnamedTypes("\(place)/\($0)") }
    }
}

extension String {
    /// Whether the path behind the method begins so.
    fileprivate func pathBegins(_ prefix: String) -> Bool {
        split(separator: " ").last?.hasPrefix(prefix) == true
    }
}
