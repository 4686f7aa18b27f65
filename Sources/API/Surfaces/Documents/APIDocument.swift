import HTTP

/// The Social Service's routes in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).
enum APIDocument {
    /// - Parameter prefix: Below which the routes are that the document shall name.
    static func answer(below prefix: String) -> @Sendable (Request) -> Response {
        let server = prefix.isEmpty ? "/" : prefix
        let document = Array("{\"servers\":[{\"url\":\"\(server)\"}],".utf8) + PackageResources.openapi_json.dropFirst()
        return { _ in .json(200, document).with("Cache-Control", "no-cache") }
    }
}
