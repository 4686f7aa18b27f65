import Chassis
import HTTP

/// The API's descriptions in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0): one for each described surface, and
/// one of all of them (U-11).
enum APIDocument {
    static let socialService = PackageResources.openapi_json

    /// The parts of the musicians' document: what they share, then a part for each group of routes.
    private static let musiciansParts = [
        PackageResources.musicians_json, PackageResources.musicians_accounts_json,
        PackageResources.musicians_profiles_json, PackageResources.musicians_follows_json,
        PackageResources.musicians_media_json, PackageResources.musicians_uploads_json,
    ]
    static let musicians = document(PackageResources.musicians_json, of: musiciansParts)

    /// The parts of SocialPlay's document. It refers to headers and parameters of the musicians' for logins.
    private static let socialPlayParts = [
        PackageResources.socialplay_json, PackageResources.socialplay_accounts_json,
        PackageResources.socialplay_users_json, PackageResources.socialplay_posts_json,
        PackageResources.socialplay_messages_json, PackageResources.socialplay_inbox_json,
        PackageResources.socialplay_moderation_json, PackageResources.socialplay_twofactor_json,
    ]
    static let socialPlay = document(PackageResources.socialplay_json, of: socialPlayParts)
    static let operations = PackageResources.operations_json
    static let combined = document(
        PackageResources.combined_json, of: [socialService] + musiciansParts + socialPlayParts + [operations])

    /// Returns a document with the version, information and security of `head`, and the tags, paths and components of
    /// every part. No path and, except for the security schemes, of which the first part's count, no component has a
    /// name that another part uses.
    private static func document(_ head: [UInt8], of parts: [[UInt8]]) -> [UInt8] {
        let parts = parts.compactMap { JSONMembers($0) }
        let components = parts.compactMap { $0.raw("components") }.compactMap { JSONMembers(Array($0)) }
        func all(_ name: StaticString, of objects: [JSONMembers]) -> [UInt8] {
            let lists = objects.compactMap { $0.raw(name) }.map { $0.dropFirst().dropLast() }
            return Array(lists.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: ",")]))
        }
        func own(_ name: StaticString) -> [UInt8] { JSONMembers(head)?.raw(name).map { Array($0) } ?? [] }
        let schemes = components.lazy.compactMap { $0.raw("securitySchemes") }.first.map { Array($0) } ?? []
        var document = Array("{\"openapi\":".utf8) + own("openapi")
        document += Array(",\"info\":".utf8) + own("info") + Array(",\"security\":".utf8) + own("security")
        document += Array(",\"tags\":[".utf8) + all("tags", of: parts)
        document += Array("],\"paths\":{".utf8) + all("paths", of: parts)
        document += Array("},\"components\":{\"securitySchemes\":".utf8) + schemes
        document += Array(",\"parameters\":{".utf8) + all("parameters", of: components)
        document += Array("},\"headers\":{".utf8) + all("headers", of: components)
        document += Array("},\"responses\":{".utf8) + all("responses", of: components)
        document += Array("},\"schemas\":{".utf8) + all("schemas", of: components)
        return document + Array("}}}".utf8)
    }

    /// Returns the response that serves a document.
    /// - Parameter prefix: Below which the routes are that the document shall name.
    static func answer(_ document: [UInt8], below prefix: String = "") -> @Sendable (Request) -> Response {
        let server = prefix.isEmpty ? "/" : prefix
        let document = Array("{\"servers\":[{\"url\":\"\(server)\"}],".utf8) + document.dropFirst()
        return { _ in .json(200, document).with("Cache-Control", "no-cache") }
    }
}
