import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S0-122, S0-123, S0-143.
    struct DocumentTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test(arguments: ["", "/social"])
        func `every route is in the document, and everything in the document is a route`(_ prefix: String) async throws
        {
            let (exit, output) = try await product.run("API", ["routes"])
            #expect(exit == .code(0), "\(output)")
            let routes = output.split(separator: "\n").map(String.init)
                .filter { ["\(prefix)/v1/", "\(prefix)/integration/"].contains(where: $0.pathBegins) }
                .map { $0.replacing(/:([A-Za-z]+)/) { "{\($0.1)}" }.replacing(" \(prefix)/", with: " /") }
            let documented = try await operations(prefix).map { "\($0.method) \($0.path)" }
            #expect(!routes.isEmpty)
            #expect(Set(routes) == Set(documented))
            #expect(routes.count == documented.count)
        }

        @Test(arguments: ["", "/social"])
        func `the document names the base of its routes and a contact`(_ prefix: String) async throws {
            for path in ["/openapi.json", "/api/docs-json"] {
                let answer = try await client.get("\(prefix)\(path)")
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
                #expect(answer.json["openapi"].text == "3.1.0")
                #expect(answer.json["servers"][0]["url"].text == (prefix.isEmpty ? "/" : prefix))
                #expect(answer.json["info"]["contact"]["email"].text == "api-support@gaming-platform.ru")
                #expect(answer.json["info"]["description"].text?.contains("v1.0.0 (2024-03-15)") == true)
            }
        }

        @Test func `every documented operation has the documented answer to a request without a token`() async throws {
            for operation in try await operations("/social") {
                let path = "/social" + operation.path.replacing(/\{[A-Za-z]+\}/, with: UUID().uuidString.lowercased())
                let answer = try await client.send(ProductRequest(operation.method, path))
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
                #expect(try await seen["operations"].number == Double(operations(prefix).count))
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

        private func operations(_ prefix: String) async throws -> [Operation] {
            let document = try await client.get("\(prefix)/openapi.json").json
            return document["paths"].names.flatMap { path in
                document["paths"][path].names.map { method in
                    let operation = document["paths"][path][method]
                    return Operation(
                        method: method.uppercased(), path: path, statuses: operation["responses"].names,
                        isOpen: operation["security"].array?.isEmpty == true)
                }
            }
        }
    }
}

extension String {
    /// Whether the path behind the method begins so.
    fileprivate func pathBegins(_ prefix: String) -> Bool {
        split(separator: " ").last?.hasPrefix(prefix) == true
    }
}
