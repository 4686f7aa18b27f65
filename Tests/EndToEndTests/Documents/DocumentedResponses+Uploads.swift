import Foundation
import TestSupport
import Testing

/// Uploads in parts, by tus.
extension DocumentedResponses {
    private static let path = "/media/uploads"
    private static let path1 = "\(path)/{uploadId}"
    private static let version = ["Tus-Resumable": "1.0.0"]
    private static let octets = ["Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"]
    /// The two ways to append: the second is for clients that can send no PATCH.
    private static let ways: [(method: String, headers: [String: String])] = [
        ("PATCH", octets), ("POST", octets.merging(["X-HTTP-Method-Override": "PATCH"]) { $1 }),
    ]
    private static let wrongDigest = "sha1 \(String(repeating: "A", count: 27))="

    /// Begins an upload of ten bytes, and returns its identifier.
    private mutating func begin(as user: TestUser) async throws -> String {
        let headers = Self.version.merging(["Upload-Length": "10", "Upload-Metadata": "purpose b3RoZXI="]) { $1 }
        let begun = try await expect(201, "POST", Self.path, headers: headers, as: user)
        let location = try #require(begun.headers["location"])
        return String(try #require(location.split(separator: "/").last))
    }

    mutating func uploadInParts() async throws {
        let owner = users[5]
        try await refuseToBegin(as: owner)
        let id = try await begin(as: owner)
        for template in [Self.path, Self.path1] { try await expect(204, "OPTIONS", template, id, as: nil) }
        try await readUploads(id, as: owner)
        // Of another user, because the beginnings of uploads are limited.
        for (method, headers) in Self.ways { try await append(method, headers, as: users[7]) }
        try await deleteUploads(id, as: owner)
    }

    private mutating func refuseToBegin(as owner: TestUser) async throws {
        func headers(_ more: [String: String]) -> [String: String] { Self.version.merging(more) { $1 } }
        let purpose = "purpose b3RoZXI="
        func metadata(_ name: String, _ value: String) -> String { "\(name) \(Data(value.utf8).base64EncodedString())" }
        try await expect(400, "POST", Self.path, headers: headers(["Upload-Metadata": purpose]), as: owner)
        try await expect(401, "POST", Self.path, headers: headers(["Upload-Length": "10"]), as: nil)
        let others = "\(purpose),\(metadata("userId", users[0].id))"
        try await expect(
            403, "POST", Self.path, headers: headers(["Upload-Length": "10", "Upload-Metadata": others]), as: owner)
        let cover = "\(metadata("purpose", "cover")),\(metadata("trackId", unknownID))"
        try await expect(
            404, "POST", Self.path, headers: headers(["Upload-Length": "10", "Upload-Metadata": cover]), as: owner)
        try await expect(412, "POST", Self.path, headers: ["Upload-Length": "10"], as: owner)
        try await expect(
            413, "POST", Self.path, headers: headers(["Upload-Length": "200000", "Upload-Metadata": purpose]),
            as: owner)
        let ten = ["Upload-Length": "10", "Upload-Metadata": purpose]
        try await expect(
            415, "POST", Self.path, headers: headers(ten.merging(["Content-Type": "text/plain"]) { $1 }),
            body: Array("text".utf8), as: owner)
        let damaged = Self.octets.merging(ten) { $1 }.merging(["Upload-Checksum": Self.wrongDigest]) { $1 }
        try await expect(460, "POST", Self.path, headers: damaged, body: Array("text".utf8), as: owner)
    }

    private mutating func readUploads(_ id: String, as owner: TestUser) async throws {
        let overridden = Self.version.merging(["X-HTTP-Method-Override": "HEAD"]) { $1 }
        try await expect(200, "POST", Self.path1, id, headers: overridden, as: owner)
        try await expect(200, "HEAD", Self.path1, id, headers: Self.version, as: owner)
        try await expectRefusals("HEAD", Self.version, as: owner)
    }

    /// Expects what every request about one upload can meet.
    private mutating func expectRefusals(_ method: String, _ headers: [String: String], as owner: TestUser) async throws
    {
        try await expect(400, method, Self.path1, "no-id", headers: headers, as: owner)
        try await expect(401, method, Self.path1, unknownID, headers: headers, as: nil)
        try await expect(404, method, Self.path1, unknownID, headers: headers, as: owner)
        var without = headers
        without["Tus-Resumable"] = nil
        try await expect(412, method, Self.path1, unknownID, headers: without, as: owner)
        let locked = try await begin(as: owner)
        try await change(locked, "received = byte_count, finishing_until = now() + interval '1 hour'")
        try await expect(423, method, Self.path1, locked, headers: headers, as: owner)
        guard method != "DELETE" else { return }
        let expired = try await begin(as: owner)
        try await change(expired, "expires_at = now() - interval '1 second'")
        try await expect(410, method, Self.path1, expired, headers: headers, as: owner)
    }

    private func change(_ upload: String, _ assignment: String) async throws {
        _ = try await product.texts("UPDATE uploads SET \(assignment) WHERE id = '\(upload)'")
    }

    private mutating func append(_ method: String, _ headers: [String: String], as owner: TestUser) async throws {
        let id = try await begin(as: owner)
        let four = Array("text".utf8)
        func at(_ offset: Int, _ more: [String: String] = [:]) -> [String: String] {
            headers.merging(["Upload-Offset": "\(offset)"]) { $1 }.merging(more) { $1 }
        }
        try await expect(204, method, Self.path1, id, headers: at(0), body: four, as: owner)
        try await expect(400, method, Self.path1, id, headers: headers, body: four, as: owner)
        try await expect(409, method, Self.path1, id, headers: at(0), body: four, as: owner)
        try await expect(413, method, Self.path1, id, headers: at(4), body: four + four, as: owner)
        try await expect(
            415, method, Self.path1, id, headers: at(4, ["Content-Type": "text/plain"]), body: four, as: owner)
        let damaged = at(4, ["Upload-Checksum": Self.wrongDigest])
        try await expect(460, method, Self.path1, id, headers: damaged, body: four, as: owner)
        // The offset of a locked upload is its end.
        try await expectRefusals(method, at(10), as: owner)
        try await expect(204, "DELETE", Self.path1, id, headers: Self.version, as: owner)
    }

    private mutating func deleteUploads(_ id: String, as owner: TestUser) async throws {
        try await expectRefusals("DELETE", Self.version, as: owner)
        try await expect(204, "DELETE", Self.path1, id, headers: Self.version, as: owner)
    }

    /// Begins too many uploads, after the address has had too many refused tokens.
    mutating func exceedUploadLimit() async throws {
        let headers = Self.version.merging(["Upload-Metadata": "purpose b3RoZXI="]) { $1 }
        let (owner, path) = (users[6], Self.path)
        for _ in 0..<10 { _ = try await product.client.ask("POST", path, token: owner.accessToken, headers: headers) }
        try await expect(429, "POST", path, headers: headers, as: owner)
        for (method, headers) in Self.ways + [("HEAD", Self.version), ("DELETE", Self.version)] {
            try await expect(429, method, Self.path1, unknownID, headers: headers, as: nil)
        }
    }

    /// A request to each operation of uploads in parts.
    static var uploadCalls: [Call] {
        let length = version.merging(["Upload-Length": "10", "Upload-Metadata": "purpose b3RoZXI="]) { $1 }
        let ways = ways + [("HEAD", version), ("DELETE", version)]
        return [Call("POST", path, headers: length)]
            + ways.map { Call($0, path1, unknownID, headers: $1.merging(["Upload-Offset": "0"]) { $1 }) }
    }
}
