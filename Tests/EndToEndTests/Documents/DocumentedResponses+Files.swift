import Foundation
import TestSupport
import Testing

/// Files in one request.
extension DocumentedResponses {
    private static let uploads = ["avatar", "track", "cover", "file"]
    static let wave: [UInt8] = {
        let header =
            "RIFF\u{24}\u{08}\0\0WAVEfmt \u{10}\0\0\0\u{01}\0\u{01}\0\u{40}\u{1F}\0\0\u{40}\u{1F}\0\0\u{01}\0\u{08}\0data"
        return Array(header.utf8) + [0, 8, 0, 0] + Array(repeating: 0x80, count: 2_048)
    }()

    @discardableResult
    mutating func upload(
        _ status: Int, _ kind: String, _ file: [UInt8]?, _ fields: [String: String] = [:], as user: TestUser?
    ) async throws -> ProductAnswer {
        try await expect(status, Self.upload(kind, file, fields), as: user, at: product.client)
    }

    private static func upload(_ kind: String, _ file: [UInt8]?, _ fields: [String: String] = [:]) -> Call {
        var form = Form()
        for (name, value) in fields { form.add(name, value) }
        if let file { form.add("file", file: file, called: "a file") }
        var call = Call("POST", "/media/upload/\(kind)", headers: ["Content-Type": form.contentType])
        call.body = form.bytes
        return call
    }

    mutating func uploadFiles() async throws {
        let contents = ["avatar": Picture.jpeg, "track": Self.wave, "cover": Picture.jpeg, "file": Array("text".utf8)]
        for kind in Self.uploads {
            let stored = try await upload(200, kind, contents[kind], as: users[0])
            files[kind] = stored.json["file"]["fileId"].text
            try await upload(400, kind, nil, as: users[1])
            try await upload(401, kind, nil, as: nil)
            try await upload(403, kind, contents[kind], ["userId": users[0].id], as: users[1])
            let large = try #require(contents[kind]) + Array(repeating: 0, count: 200_000)
            try await upload(413, kind, large, as: users[1])
            try await expect(
                415, "POST", "/media/upload/\(kind)", headers: ["Content-Type": "application/json"],
                body: Array("{}".utf8), as: users[1])
        }
        try await upload(404, "cover", Picture.jpeg, ["trackId": unknownID], as: users[0])
    }

    mutating func readFiles() async throws {
        let track = try #require(files["track"])
        let file = try #require(files["file"])
        let client = product.client
        for path in ["/media/avatar/\(users[0].id)", "/media/cover/\(track)"] {
            try await eventually("\(path) is served", within: 30) { try await client.get(path).status == 200 }
        }
        try await writeWaveform(of: track)
        for (template, id) in [
            ("/media/avatar/{userId}", users[0].id), ("/media/track/{trackId}", track),
            ("/media/track/{trackId}/waveform", track), ("/media/cover/{trackId}", track),
            ("/media/file/{fileId}", file),
        ] {
            let whole = try await expect(200, "GET", template, id, as: nil)
            let tag = try #require(whole.headers["etag"])
            try await expect(206, "GET", template, id, headers: ["Range": "bytes=1-2"], as: nil)
            try await expect(206, "GET", template, id, headers: ["Range": "bytes=0-0,-1"], as: nil)
            try await expect(304, "GET", template, id, headers: ["If-None-Match": tag], as: nil)
            try await expect(400, "GET", template, "no-id", as: nil)
            try await expect(404, "GET", template, unknownID, as: nil)
            try await expect(412, "GET", template, id, headers: ["If-Match": "\"other\""], as: nil)
            try await expect(416, "GET", template, id, headers: ["Range": "bytes=9000000-"], as: nil)
        }
        for template in ["/media/avatar/{userId}", "/media/cover/{trackId}"] {
            try await expect(400, "GET", template, unknownID, query: "?size=7", as: nil)
        }
        let status = "/media/file/{fileId}/status"
        try await expect(200, "GET", status, file, as: users[0])
        try await expect(400, "GET", status, "no-id", as: users[0])
        try await expect(401, "GET", status, file, as: nil)
        try await expect(404, "GET", status, file, as: users[1])
    }

    /// Stores a waveform where a worker would.
    private func writeWaveform(of track: String) async throws {
        let folder = "\(product.directory)/data/media/blobs/tracks/\(track.suffix(2))/\(track)"
        let json =
            #"{"version":2,"channels":1,"sample_rate":8000,"samples_per_pixel":256,"bits":8,"length":1,"data":[0,0]}"#
        try Data(json.utf8).write(to: URL(fileURLWithPath: "\(folder)/waveform.json"))
    }

    mutating func deleteFiles() async throws {
        for (template, kind) in [("/media/track/{trackId}", "track"), ("/media/file/{fileId}", "file")] {
            let id = try #require(files[kind])
            try await expect(400, "DELETE", template, "no-id", as: users[0])
            try await expect(401, "DELETE", template, id, as: nil)
            try await expect(404, "DELETE", template, id, as: users[1])
            try await expect(200, "DELETE", template, id, as: users[0])
            try await expect(404, "DELETE", template, id, as: users[0])
        }
    }

    mutating func exceedMediaLimits() async throws {
        for kind in Self.uploads {
            for _ in 0..<10 { _ = try await product.client.send(uploadWithoutFile(kind, of: users[2])) }
            try await upload(429, kind, nil, as: users[2])
        }
        for _ in 0..<100 {
            _ = try await product.client.get("/media/file/\(unknownID)/status", headers: ["Authorization": "Bearer x"])
        }
        try await exceedUploadLimit()
        let (status, file, track) = ("/media/file/{fileId}/status", "/media/file/{fileId}", "/media/track/{trackId}")
        for (method, template) in [("GET", status), ("DELETE", file), ("DELETE", track)] {
            try await expect(429, method, template, unknownID, as: nil)
        }
    }

    private func uploadWithoutFile(_ kind: String, of user: TestUser) -> ProductRequest {
        let form = Form()
        let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": form.contentType]
        return ProductRequest("POST", "/media/upload/\(kind)", headers: headers, body: form.bytes)
    }

    mutating func breakMediaDatabase(_ database: DatabaseServer) async throws {
        let (client, owner) = (product.client, users[4])
        for change in ["VIEW media_entries", "TABLE media", "TABLE profiles", "TABLE uploads"] {
            _ = try await product.texts("ALTER \(change) RENAME TO \(change.suffix(5))_elsewhere")
        }
        try await expectMediaFaults(500, as: users[3])
        try await database.stop()
        try await eventually("the outage is noticed", within: 15) {
            try await owner.status(of: unknownID, at: client).status == 503
        }
        try await expectMediaFaults(503, as: owner)
    }

    private mutating func expectMediaFaults(_ status: Int, as user: TestUser) async throws {
        let contents = ["avatar": Picture.jpeg, "track": Self.wave, "cover": Picture.jpeg, "file": Array("text".utf8)]
        var calls = Self.uploads.map { Self.upload($0, contents[$0]) } + Self.uploadCalls
        let templates = document["paths"].names.filter { $0.hasPrefix("/media/") && !$0.hasPrefix("/media/upload") }
        for template in templates {
            calls += document["paths"][template].names.map { Call($0.uppercased(), template, unknownID) }
        }
        try await expectTogether(status, calls, as: user)
    }
}
