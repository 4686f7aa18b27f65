import Foundation
import TestSupport
import Testing

/// A user's uploads to the musicians' surface.
extension TestUser {
    /// Sends a request of tus.
    /// - Parameter headers: More headers, or other ones; an empty value removes one.
    func tus(
        _ method: String, _ path: String = "/media/uploads", _ headers: [String: String] = [:], body: [UInt8]? = nil,
        at client: ProductClient
    ) async throws -> ProductAnswer {
        let usual = ["Authorization": "Bearer \(accessToken)", "Tus-Resumable": "1.0.0"]
        let all = usual.merging(headers) { $1 }.filter { !$0.value.isEmpty }
        return try await client.send(ProductRequest(method, path, headers: all, body: body))
    }

    /// Begins an upload.
    /// - Returns: Its path.
    func beginUpload(
        _ byteCount: Int, _ metadata: [String: String], at client: ProductClient
    ) async throws -> String {
        let answer = try await tus(
            "POST", "/media/uploads",
            ["Upload-Length": "\(byteCount)", "Upload-Metadata": Self.metadata(metadata)], at: client)
        #expect(answer.status == 201, "\(answer.text)")
        let location = try #require(answer.headers["location"])
        #expect(location.hasPrefix("http://localhost:3000/media/uploads/"))
        return String(location.dropFirst("http://localhost:3000".count))
    }

    static func metadata(_ values: [String: String]) -> String {
        values.map { "\($0.key) \(Data($0.value.utf8).base64EncodedString())" }.joined(separator: ",")
    }

    /// Adds bytes to an upload.
    func patch(
        _ path: String, at offset: Int, _ bytes: [UInt8], _ headers: [String: String] = [:], at client: ProductClient
    ) async throws -> ProductAnswer {
        let usual = ["Upload-Offset": "\(offset)", "Content-Type": "application/offset+octet-stream"]
        return try await tus("PATCH", path, usual.merging(headers) { $1 }, body: bytes, at: client)
    }

    /// Returns the offset of an upload; nil if there is none.
    func offset(of path: String, at client: ProductClient) async throws -> Int? {
        try await tus("HEAD", path, at: client).headers["upload-offset"].flatMap { Int($0) }
    }

    /// Uploads a file in a form.
    /// - Parameter kind: `avatar`, `track`, `cover` or `file`.
    func upload(
        _ kind: String, _ bytes: [UInt8], called name: String, _ fields: [String: String] = [:],
        to client: ProductClient
    ) async throws -> ProductAnswer {
        var form = Form()
        for (field, value) in fields { form.add(field, value) }
        form.add("file", file: bytes, called: name)
        return try await send(form, as: kind, to: client)
    }

    func send(_ form: Form, as kind: String, to client: ProductClient) async throws -> ProductAnswer {
        let headers = ["Authorization": "Bearer \(accessToken)", "Content-Type": form.contentType]
        return try await client.send(
            ProductRequest("POST", "/media/upload/\(kind)", headers: headers, body: form.bytes))
    }

    /// Returns how many tracks the profile says that there are.
    func tracksCount(in product: Product) async throws -> String? {
        try await product.texts(
            "SELECT tracks_count::text FROM profiles WHERE user_id = $1::text::uuid", [id]
        ).first
    }
}
