import Chassis
import HTTP

/// The API's descriptions in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0): one for each described surface, and
/// one of all of them (U-11).
enum APIDocument {
    static let socialService = PackageResources.openapi_json
    static let media = PackageResources.media_json

    /// The head of `combined.json` with the tags, paths and components of every surface. No path and, except for the
    /// security schemes, no component has a name that another surface uses.
    static let combined: [UInt8] = {
        let surfaces = [socialService, media].compactMap { JSONMembers($0) }
        let components = surfaces.compactMap { $0.raw("components") }.compactMap { JSONMembers(Array($0)) }
        func all(_ name: StaticString, of objects: [JSONMembers]) -> [UInt8] {
            Array(objects.compactMap { $0.raw(name) }.map { $0.dropFirst().dropLast() }.joined(separator: [comma]))
        }
        let schemes = components.first?.raw("securitySchemes").map { Array($0) } ?? Array("{}".utf8)
        var document = PackageResources.combined_json
        while document.popLast() != UInt8(ascii: "}") {}
        document += Array(",\"tags\":[".utf8) + all("tags", of: surfaces)
        document += Array("],\"paths\":{".utf8) + all("paths", of: surfaces)
        document += Array("},\"components\":{\"securitySchemes\":".utf8) + schemes
        document += Array(",\"parameters\":{".utf8) + all("parameters", of: components)
        document += Array("},\"headers\":{".utf8) + all("headers", of: components)
        document += Array("},\"responses\":{".utf8) + all("responses", of: components)
        document += Array("},\"schemas\":{".utf8) + all("schemas", of: components)
        return document + Array("}}}".utf8)
    }()

    private static let comma = UInt8(ascii: ",")

    /// Returns the response that serves a document.
    /// - Parameter prefix: Below which the routes are that the document shall name.
    static func answer(_ document: [UInt8], below prefix: String = "") -> @Sendable (Request) -> Response {
        let server = prefix.isEmpty ? "/" : prefix
        let document = Array("{\"servers\":[{\"url\":\"\(server)\"}],".utf8) + document.dropFirst()
        return { _ in .json(200, document).with("Cache-Control", "no-cache") }
    }
}
