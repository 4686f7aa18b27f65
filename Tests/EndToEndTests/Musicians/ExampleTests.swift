import Foundation
import TestSupport
import Testing

/// S1-104 to S1-110, S1-111: the seven examples of the musicians' document, run in Node.js letter for letter.
@Suite(.showingOutput) struct ExampleTests {
    private static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        + "/../../TestSupport/Resources/MusiciansExamples"
    private static let base = "http://localhost:3000"

    /// What an example did.
    private struct Run {
        let requests: [ProductJSON]
        let lines: [String]
        let stored: ProductJSON
        let results: ProductJSON
    }

    @Test func `the document's examples do what the document says`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .images, .audio]
        try await Product.run(options) { product in
            // S1-122
            let nobody = try await product.client.get("/users")
            #expect(nobody.status == 200 && nobody.text == #"{"success":true,"profiles":[]}"#)
            let user = try await registerAsWritten(product)
            try await uploadAvatarAsWritten(user, product)
            let track = try await streamAsWritten(user, product)
            let other = try await TestUser.register(at: product.client)
            try await listAsWritten(user, other, product)
            try await followAsWritten(user, other, product)
            try await deleteAsWritten(track, user, product)
        }
    }

    // S1-104
    private func registerAsWritten(_ product: Product) async throws -> TestUser {
        let run = try await run(
            "1-register", results: ["registerResponse", "user", "accessToken", "refreshToken", "profile"], product)
        #expect(run.results["registerResponse"]["status"].number == 200)
        #expect(run.requests.count == 2)
        let sent = run.requests[0]
        #expect(sent["method"].text == "POST" && sent["address"].text == "\(Self.base)/auth/register")
        #expect(sent["headers"] == .object(["Content-Type": .text("application/json")]))
        #expect(
            sent["body"].text
                == #"{"email":"user@example.com","username":"johndoe","password":"password123","role":"musician"}"#)
        let id = try #require(run.results["user"]["id"].text)
        for (name, value) in [
            ("accessToken", run.results["accessToken"]), ("refreshToken", run.results["refreshToken"]),
            ("userId", .text(id)),
        ] { #expect(value.text != nil && run.stored[name] == value, "\(name)") }
        #expect(run.results["user"]["role"].text == "musician")
        #expect(run.requests[1]["address"].text == "\(Self.base)/users/\(id)/profile")
        let profile = run.results["profile"]
        #expect(profile["success"] == .bool(true) && profile["data"]["userId"].text == id)
        #expect(profile["data"]["username"].text == "johndoe" && profile["data"]["role"].text == "musician")
        return TestUser(
            id: id, email: "user@example.com", username: "johndoe", password: "password123",
            accessToken: run.results["accessToken"].text ?? "", refreshToken: run.results["refreshToken"].text ?? "")
    }

    // S1-105, X-5
    private func uploadAvatarAsWritten(_ user: TestUser, _ product: Product) async throws {
        let file: [String: Any] = [
            "name": "avatarFile", "path": "avatar.jpg", "type": "image/jpeg",
            "bytes": Data(Picture.jpeg).base64EncodedString(),
        ]
        let given: [String: Any] = ["values": ["userId": user.id], "file": file]
        let refused = try await run("2-avatar", given, results: ["response", "result"], product)
        #expect(refused.results["response"]["status"].number == 401)
        #expect(refused.results["result"].names == ["success", "error"])
        #expect(refused.results["result"]["success"] == .bool(false) && refused.lines.isEmpty)

        let done = try await run("2-avatar", given, by: user, results: ["response", "result"], product)
        #expect(done.results["response"]["status"].number == 200)
        #expect(done.requests[0]["body"] == .array([.text("file"), .text("userId")]))
        #expect(done.lines == ["Avatar uploaded: \(Self.base)/media/avatar/\(user.id)"])
        #expect(done.results["result"]["file"]["type"].text == "avatar")
    }

    // S1-106
    private func streamAsWritten(_ user: TestUser, _ product: Product) async throws -> String {
        let whole = Recording.wav(byteCount: 5_242_880)
        let uploaded = try await user.upload(
            "track", whole, called: "my-song.wav", ["userId": user.id], to: product.client)
        let track = try #require(uploaded.json["file"]["fileId"].text)
        let run = try await run(
            "3-stream", ["replaced": ["/media/track/trackId": "/media/track/\(track)"]],
            results: ["response", "audioBlob", "audioUrl", "partialResponse"], product)
        #expect(run.requests[1]["headers"] == .object(["Range": .text("bytes=0-1048575")]))
        #expect(run.results["response"]["status"].number == 200)
        #expect(run.results["audioBlob"]["length"].number == 5_242_880)
        #expect(run.results["audioBlob"]["type"].text == "audio/wav")
        #expect(run.results["audioUrl"].text?.hasPrefix("blob:") == true)
        let part = run.results["partialResponse"]
        #expect(part["status"].number == 206 && part["length"].number == 1_048_576)
        #expect(part["headers"]["content-range"].text == "bytes 0-1048575/5242880")
        return track
    }

    // S1-107, S1-108
    private func listAsWritten(_ user: TestUser, _ other: TestUser, _ product: Product) async throws {
        let token = ["accessToken": user.accessToken]
        let files = try await run("4-audio-files", ["values": token], results: ["result"], product)
        #expect(files.requests[0]["headers"]["Authorization"].text == "Bearer \(user.accessToken)")
        #expect(files.lines.last == "- my-song.wav (audio/wav)" && files.lines.count == 2)
        #expect(files.lines[0].hasPrefix("Audio files: ["))

        let users = try await run(
            "5-users", ["values": token, "stored": ["userId": user.id]], results: ["result", "responseAll"], product)
        #expect(
            users.requests.map { $0["address"].text } == [
                "\(Self.base)/users?excludeUserId=\(user.id)", "\(Self.base)/users",
            ])
        #expect(users.lines == ["Total users: 1", "- \(other.username) (\(other.username))"])
        let all = try JSONDecoder().decode(
            ProductJSON.self, from: Data((users.results["responseAll"]["text"].text ?? "").utf8))
        #expect(
            Set((all["profiles"].array ?? []).compactMap { $0["userId"].text }) == Set([user.id, other.id]))
    }

    // S1-109, X-5
    private func followAsWritten(_ user: TestUser, _ other: TestUser, _ product: Product) async throws {
        let given = ["values": ["targetUserId": other.id, "currentUserId": user.id]]
        let refused = try await run("6-follow", given, results: ["response", "result"], product)
        #expect(refused.results["response"]["status"].number == 401 && refused.lines.isEmpty)
        #expect(refused.results["result"].names == ["success", "error"])
        let done = try await run("6-follow", given, by: user, results: ["result"], product)
        let sent = done.requests[0]
        #expect(sent["method"].text == "POST" && sent["address"].text == "\(Self.base)/social/follow/\(other.id)")
        #expect(sent["body"].text == #"{"followerId":"\#(user.id)"}"#)
        #expect(done.lines == ["Successfully followed user"])
        #expect(done.results["result"]["data"].names == ["_id", "followerId", "followingId", "createdAt"])
    }

    // S1-110
    private func deleteAsWritten(_ track: String, _ user: TestUser, _ product: Product) async throws {
        let other = try await user.upload("file", Recording.wav(byteCount: 4_000), called: "b.wav", to: product.client)
        let file = try #require(other.json["file"]["fileId"].text)
        let given = ["values": ["trackId": track, "fileId": file, "accessToken": user.accessToken]]
        let run = try await run("7-delete", given, results: ["response", "result", "response2"], product)
        #expect(run.requests.map { $0["method"].text } == ["DELETE", "DELETE"])
        #expect(run.lines == ["Track deleted successfully"])
        #expect(run.results["response2"]["text"].text == #"{"success":true}"#)
        let again = try await self.run("7-delete", given, results: ["response", "result", "response2"], product)
        #expect(again.lines == ["Error: File not found"])
        #expect(again.results["response2"]["text"].text == #"{"success":false,"error":"File not found"}"#)
        let profile = try await product.client.get("/users/\(user.id)/profile")
        #expect(profile.json["data"]["stats"]["tracksCount"].number == 0)
    }

    // S1-111
    @Test func `the examples are those of the version that the documentation names`() throws {
        let readme = try String(contentsOfFile: "\(Self.folder)/README.md", encoding: .utf8)
        let manual = try String(contentsOfFile: "\(Self.folder)/../../../../docs/musicians.md", encoding: .utf8)
        for text in [readme, manual] {
            #expect(text.contains(/version 1\.1 of\s2024-01-20/))
        }
    }

    /// Runs an example. With a user its requests get the token that the document forgets.
    private func run(
        _ example: String, _ given: [String: Any] = [:], by user: TestUser? = nil, results: [String],
        _ product: Product
    ) async throws -> Run {
        var input = given
        input["base"] = "http://127.0.0.1:\(product.client.port)"
        input["results"] = results
        if let user { input["authorization"] = "Bearer \(user.accessToken)" }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: input), as: UTF8.self)
        let (exit, output) = try await product.command(
            ["/usr/bin/node", "\(Self.folder)/run.mjs", "\(Self.folder)/\(example).js"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": product.directory, "INPUT": json])
        #expect(exit == .code(0), "\(output)")
        let answer = try JSONDecoder().decode(ProductJSON.self, from: Data(output.utf8))
        return Run(
            requests: answer["requests"].array ?? [], lines: (answer["lines"].array ?? []).compactMap(\.text),
            stored: answer["stored"], results: answer["results"])
    }
}
