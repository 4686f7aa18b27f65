import Foundation
import TestSupport
import Testing

private enum SmallLimits {
    static let bytes = 300_000

    static var options: ProductOptions {
        var options = ProductOptions()
        // The scheduler pushes the jobs that remove replaced pictures.
        options.kinds = [.api, .images, .maintenance, .scheduler]
        options.environment = [
            "MAX_AUDIO_BYTES": "\(bytes)", "MAX_IMAGE_BYTES": "\(bytes)", "MAX_FILE_BYTES": "\(bytes)",
        ]
        return options
    }
}

/// Forms that are broken, endless or lie about what they have: the document's envelope, never a 500, and nothing stays.
@Suite("Hostile uploads", .product(SmallLimits.options), .showingOutput)
struct HostileUploadTests {
    let product = Product.current
    private var client: ProductClient { product.client }

    private static let recording = Recording.wav(byteCount: 2_000)
    private static let kinds = ["avatar", "track", "cover", "file"]

    private static func good(_ kind: String) -> (bytes: [UInt8], name: String) {
        kind == "avatar" || kind == "cover" ? (Picture.jpeg, "a.jpg") : (recording, "a.wav")
    }

    private static func form(_ kind: String) -> Form {
        var form = Form()
        form.add("file", file: good(kind).bytes, called: good(kind).name)
        return form
    }

    /// Every byte of the head of the form, some of the file, and every byte of the last boundary.
    private static func cuts(of form: Form) -> [Int] {
        let count = form.bytes.count
        return Array(0..<220) + Array(stride(from: 220, to: count - 60, by: 97)) + Array((count - 60)..<(count - 4))
    }

    @Test(arguments: kinds)
    func `a form that is cut at any byte is refused`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        let form = Self.form(kind)
        for cut in Self.cuts(of: form) {
            let headers = ["Authorization": "Bearer \(user.accessToken)", "Content-Type": form.contentType]
            let answer = try await client.send(
                ProductRequest("POST", "/media/upload/\(kind)", headers: headers, body: Array(form.bytes.prefix(cut))))
            expectMusiciansError(answer, 400)
        }
        try await expectNothing(of: user)
    }

    @Test(arguments: kinds)
    func `of a form whose connection is cut at any byte nothing is left`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        let form = Self.form(kind)
        for cut in Self.cuts(of: form) {
            let socket = try RawClient(port: client.port)
            try await socket.send(
                Array(head(kind, user, form, length: form.bytes.count).utf8) + form.bytes.prefix(cut))
            // Some reset, the others end regularly.
            if cut % 2 == 0 { socket.socket.reset() } else { socket.socket.finishSending() }
        }
        try await eventually("nothing is received any more", within: 30) { !product.isReceiving }
        try await expectNothing(of: user)
    }

    @Test(arguments: kinds)
    func `a file of no bytes is refused`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        expectMusiciansError(
            try await user.upload(kind, [], called: "a.wav", to: client), 400, "File is required")
        expectMusiciansError(try await user.send(Form(), as: kind, to: client), 400, "File is required")
        try await expectNothing(of: user)
    }

    @Test(arguments: kinds)
    func `a form with two files is refused`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        var form = Self.form(kind)
        form.add("file", file: Self.good(kind).bytes, called: Self.good(kind).name)
        expectMusiciansError(try await user.send(form, as: kind, to: client), 400, "Send one file at a time")
        try await expectNothing(of: user)
    }

    @Test func `a Content-Length that does not fit the form is refused`() async throws {
        let user = try await TestUser.register(at: client)
        let form = Self.form("track")
        let count = form.bytes.count
        for length in ["\(count - 1_000)", "\(count - 50)", "-5", "x", "", "18446744073709551616", "5, 6"] {
            let socket = try RawClient(port: client.port)
            try await socket.send(Array(head("track", user, form, length: length).utf8) + form.bytes)
            let answer = try await socket.response()
            #expect(answer.status == 400, "\(length)")
        }
        // Longer than the form: the server waits for the rest until the client ends.
        let socket = try RawClient(port: client.port)
        try await socket.send(Array(head("track", user, form, length: "\(count + 1)").utf8) + form.bytes)
        socket.socket.finishSending()
        try await eventually("nothing is received any more", within: 30) { !product.isReceiving }
        try await expectNothing(of: user)
    }

    // S1-81, S1-147
    @Test(arguments: [
        ("../../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("..", ".."), ("", "file"), ("/", "file"),
        ("a%0D%0AX-Evil: yes.bin", nil), ("a\u{0}b.bin", "ab.bin"), ("a\tb.bin", "ab.bin"),
        ("Я на море.bin", "Я на море.bin"), ("a\"; filename=\"b.bin", nil),
        (String(repeating: "n", count: 4_000), String(repeating: "n", count: 255)),
    ])
    func `a file name is only a name`(name: String, expected: String?) async throws {
        let user = try await TestUser.register(at: client)
        let answer = try await user.upload("file", [1, 2, 3], called: name, to: client)
        #expect(answer.status == 200, "\(answer.text)")
        let file = answer.json["file"]
        let id = try #require(file["fileId"].text)
        let original = try #require(file["originalName"].text)
        #expect(!original.isEmpty && original.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        if let expected { #expect(original == expected) }
        #expect(file["fileName"].text == "\(id).bin")
        let download = try await client.get("/media/file/\(id)")
        #expect(download.body == [1, 2, 3])
        #expect(download.headers["x-evil"] == nil)
        #expect(download.headers["content-disposition"]?.hasPrefix("attachment") == true)
        let files = product.files
        #expect(files.contains("files/\(id.suffix(2))/\(id)/original"))
    }

    @Test func `an encoded file name with a line break breaks no header`() async throws {
        let user = try await TestUser.register(at: client)
        let boundary = "x"
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''a%0D%0AX-Evil%3A%20yes%00.bin\r\n\r\n"
            + "abc\r\n--x--\r\n"
        let answer = try await client.send(
            ProductRequest(
                "POST", "/media/upload/file",
                headers: [
                    "Authorization": "Bearer \(user.accessToken)",
                    "Content-Type": "multipart/form-data; boundary=\(boundary)",
                ], body: Array(body.utf8)))
        #expect([200, 400].contains(answer.status), "\(answer.text)")
        if answer.status == 200 {
            let name = try #require(answer.json["file"]["originalName"].text)
            #expect(name.unicodeScalars.allSatisfy { $0.value >= 0x20 })
            let id = try #require(answer.json["file"]["fileId"].text)
            #expect(try await client.get("/media/file/\(id)").headers["x-evil"] == nil)
        }
    }

    // S1-84
    @Test(arguments: kinds)
    func `a file of one byte too many is refused, and one of just enough is not`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        func file(_ count: Int) -> [UInt8] {
            kind == "avatar" || kind == "cover"
                ? Picture.jpeg(byteCount: count) : Array(Recording.wav(byteCount: count + count % 2).prefix(count))
        }
        let name = Self.good(kind).name
        expectMusiciansError(try await user.upload(kind, file(SmallLimits.bytes + 1), called: name, to: client), 413)
        #expect(try await user.media(in: product).isEmpty)
        let accepted = try await user.upload(kind, file(SmallLimits.bytes), called: name, to: client)
        #expect(accepted.status == 200, "\(accepted.text)")
    }

    @Test(arguments: kinds)
    func `a length that is too large is refused before the body is sent`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        let form = Self.form(kind)
        let socket = try RawClient(port: client.port)
        let head = head(kind, user, form, length: "\(1 << 40)")
        try await socket.send(head.replacingOccurrences(of: "\r\n\r\n", with: "\r\nExpect: 100-continue\r\n\r\n"))
        let answer = try await socket.response()
        #expect(answer.status == 413)
        #expect(
            String(decoding: answer.body, as: UTF8.self).hasPrefix(#"{"success":false,"error":"The file is larger"#))
        try await expectNothing(of: user)
    }

    @Test func `a form without a length that never ends is refused at the limit`() async throws {
        let user = try await TestUser.register(at: client)
        let form = Self.form("file")
        let socket = try RawClient(port: client.port)
        let head = head("file", user, form, length: "").replacingOccurrences(
            of: "Content-Length: \r\n", with: "Transfer-Encoding: chunked\r\n")
        try await socket.send(head)
        let start = Array(form.bytes.prefix(200))
        try await socket.send(Array("\(String(start.count, radix: 16))\r\n".utf8) + start + [13, 10])
        let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 7, count: 65_536) + [13, 10]
        // The server may answer and close before the last of them.
        for _ in 0..<8 { try? await socket.send(chunk) }
        let answer = try await socket.response()
        #expect(answer.status == 413)
        try await eventually("nothing is received any more", within: 30) { !product.isReceiving }
        try await expectNothing(of: user)
    }

    // S1-53, S1-56, S1-119
    @Test(arguments: kinds)
    func `a file counts as what it is, whatever its name`(kind: String) async throws {
        let user = try await TestUser.register(at: client)
        let files: [(what: String, bytes: [UInt8])] = [
            ("picture", Picture.jpeg), ("picture", Picture.png(64, 64)), ("gif", Picture.gif),
            ("recording", Self.recording), ("recording", Recording.mp3(frames: 20)),
            ("page", Array("<!DOCTYPE html><script>alert(1)</script>".utf8)),
            ("drawing", Array(#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.utf8)),
            ("program", [0x7F, 0x45, 0x4C, 0x46] + Array(repeating: 0, count: 60)),
            ("archive", [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 60)), ("document", Array("%PDF-1.7 \n".utf8)),
            ("playlist", Array("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".utf8)), ("byte", [0]),
        ]
        let accepted = ["avatar": "picture", "cover": "picture", "track": "recording"]
        for (index, file) in files.enumerated() {
            for name in ["a.jpg", "a.mp3", "a.html"] {
                let answer = try await user.upload(kind, file.bytes, called: name, to: client)
                if kind == "file" || accepted[kind] == file.what {
                    #expect(answer.status == 200, "\(index) \(name): \(answer.text)")
                } else {
                    expectMusiciansError(answer, 400)
                }
                guard kind == "file", let id = answer.json["file"]["fileId"].text, name == "a.html" else { continue }
                let download = try await client.get("/media/file/\(id)")
                #expect(download.body == file.bytes)
                #expect(download.headers["x-content-type-options"] == "nosniff")
                let type = download.headers["content-type"] ?? ""
                #expect(!type.contains("html") && !type.contains("svg") && !type.contains("xml"), "\(type)")
            }
        }
    }

    // MARK: What they share

    private func head(_ kind: String, _ user: TestUser, _ form: Form, length: some CustomStringConvertible) -> String {
        """
        POST /media/upload/\(kind) HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer \(user.accessToken)\r
        Content-Type: \(form.contentType)\r
        Content-Length: \(length)\r
        \r

        """
    }

    /// Expects that nothing of a user's uploads is stored, that nothing is being received, and that the product found
    /// nothing of it worth an error.
    private func expectNothing(of user: TestUser, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        #expect(try await user.media(in: product).isEmpty, sourceLocation: sourceLocation)
        #expect(try await user.counters(in: product) == "0/0", sourceLocation: sourceLocation)
        #expect(product.stagedFiles.isEmpty, sourceLocation: sourceLocation)
        // Every stored file has a row, in the end: other tests run meanwhile.
        try await eventually("only files with a row are stored", within: 30) {
            let stored = Set(product.files.compactMap { $0.split(separator: "/").dropFirst(2).first.map(String.init) })
            return try await stored.subtracting(product.texts("SELECT id::text FROM media")).isEmpty
        }
        let errors = product.output.split(separator: "\n").filter { $0.contains(#""level":"error""#) }
        #expect(errors.isEmpty, sourceLocation: sourceLocation)
    }
}
