import HTTP
import TestSupport
import Testing

@Suite struct MultipartTests {
    /// Describes the parts of a form: `name|file name|content`, one a line, or the error.
    @Sendable private static func describe(_ request: Request) async -> Response {
        var lines: [String] = []
        do {
            var reader = try MultipartReader(request)
            while let part = try await reader.nextPart() {
                let content = part.name == "skipped" ? "…" : try await reader.text()
                lines.append("\(part.name)|\(part.fileName ?? "")|\(content)")
            }
        } catch {
            lines.append("error: \(error)")
        }
        return .text(200, lines.joined(separator: "\n"))
    }

    private func read(_ body: String, type: String = "multipart/form-data; boundary=x-boundary") async throws -> String
    {
        try await withServer(Self.describe) { server in
            try await HTTPTestClient(port: server.port).request(
                "POST", "/", headers: ["Content-Type": type], body: Array(body.utf8)
            ).text
        }
    }

    private func read(partHead: String) async throws -> String {
        try await read("--x-boundary\r\n\(partHead)\r\n\r\ntext\r\n--x-boundary--\r\n")
    }

    private static let form = """
        --x-boundary\r
        Content-Disposition: form-data; name="a"\r
        \r
        first\r
        -- x-boundary\r
        --x-boundary\r
        content-disposition: form-data; name="skipped"; filename="s.bin"\r
        Content-Type: application/octet-stream\r
        \r
        \r\n\r\n--x-bound\r
        --x-boundary\r
        Content-Disposition: form-data; name="b"\r
        \r
        \r
        --x-boundary--\r
        epilogue
        """

    @Test func `reads parts, empty ones too, and skips unread parts`() async throws {
        #expect(try await read(Self.form) == "a||first\r\n-- x-boundary\nskipped|s.bin|…\nb||")
    }

    @Test func `reads a form that is split at any byte`() async throws {
        let form = Array(Self.form.utf8)
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x-boundary\r\n"
        try await withServer(Self.describe) { server in
            let client = try server.client()
            for end in 1..<form.count {
                try await client.send(
                    Array("\(head)Content-Length: \(form.count)\r\n\r\n".utf8) + form[..<end])
                await server.hasReadEverything()
                try await client.send(Array(form[end...]))
                let text = try await client.response().text
                #expect(text == "a||first\r\n-- x-boundary\nskipped|s.bin|…\nb||", "split at \(end)")
            }
        }
    }

    @Test func `reads a form that arrives byte by byte`() async throws {
        try await withServer(Self.describe) { server in
            let client = try server.client()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x-boundary\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            for byte in Self.form.utf8 { try await client.send([49, 13, 10, byte, 13, 10]) }
            try await client.send("0\r\n\r\n")
            #expect(try await client.response().text == "a||first\r\n-- x-boundary\nskipped|s.bin|…\nb||")
        }
    }

    @Test func `ignores a preamble`() async throws {
        #expect(try await read("preamble\r\n" + Self.form).hasPrefix("a||first"))
        #expect(try await read("\r\n" + Self.form).hasPrefix("a||first"))
    }

    @Test(arguments: [
        "multipart/form-data; boundary=\"x-boundary\"", "Multipart/Form-Data;charset=utf-8; BOUNDARY=x-boundary",
        "multipart/form-data ; boundary=x-boundary ", "multipart/form-data;\tboundary = \"x-boundary\"",
        "multipart/form-data; note=\"a; boundary=b\"; boundary=x-boundary",
        "multipart/form-data; boundary=\"x\\-boundary\"", "multipart/form-data; boundary=x-boundary; boundary=y",
    ])
    func `finds the boundary`(type: String) async throws {
        #expect(try await read(Self.form, type: type).hasPrefix("a||first"))
    }

    @Test(arguments: [
        "text/plain", "", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/mixed; boundary=x-boundary",
        "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=" + String(repeating: "b", count: 71),
        "multipart/form-data; boundary=x y", "multipart/form-data; boundary=\"x y \"",
        "multipart/form-data; boundary=\"x\ty\"",
        "multipart/form-data; note=\"boundary=x-boundary\"",
    ])
    func `rejects a Content-Type that is no form`(type: String) async throws {
        #expect(try await read(Self.form, type: type) == "error: notMultipart")
    }

    @Test(arguments: ["x y", "a'()+_,-./:=?b", "-", "--", "\"", "\\"])
    func `reads a form with a boundary in quotes`(boundary: String) async throws {
        let form = Self.form.replacing("--x-boundary", with: "--\(boundary)")
        let quoted = boundary.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let text = try await read(form, type: "multipart/form-data; boundary=\"\(quoted)\"")
        #expect(text == "a||first\r\n-- x-boundary\nskipped|s.bin|…\nb||")
    }

    @Test(arguments: [" ", "\t", " \t \t", String(repeating: " ", count: 1_000)])
    func `ignores padding behind a boundary`(padding: String) async throws {
        let padded = Self.form.replacing("--x-boundary\r\n", with: "--x-boundary\(padding)\r\n")
            .replacing("--x-boundary--", with: "--x-boundary--\(padding)")
        #expect(try await read(padded).hasPrefix("a||first"))
        try await withServer(Self.describe) { server in
            let client = try server.client()
            let form = Array(padded.utf8)
            for end in 1..<min(form.count, 200) {
                try await client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x-boundary\r\n"
                        + "Content-Length: \(form.count)\r\n\r\n")
                try await client.send(Array(form[..<end]))
                await server.hasReadEverything()
                try await client.send(Array(form[end...]))
                #expect(try await client.response().text.hasSuffix("b||"), "split at \(end)")
            }
        }
    }

    @Test(arguments: [
        "Content-Disposition: form-data;\r\n name=\"f\"", "Content-Disposition:form-data;name=\"f\"",
        "Content-Disposition:\r\n\tform-data ;\tname = f\r\nX: y", "content-disposition: form-data; NAME=\"f\"",
        "X: y\r\nContent-Disposition: form-data; name=f ; other",
    ])
    func `reads the name of a part`(head: String) async throws {
        #expect(try await read(partHead: head) == "f||text")
    }

    @Test(arguments: [
        (#"filename="a.png""#, "a.png"), (#"filename=a.png"#, "a.png"), (#"filename="""#, "file"),
        (#"filename="../../etc/passwd""#, "passwd"), (#"filename="C:\Users\me\a.png""#, "a.png"),
        (#"filename="a/b/""#, "b"), (#"filename="..""#, ".."), (#"filename="a \"b\".png""#, #"a "b".png"#),
        (#"filename="a%22b.png""#, #"a"b.png"#), (#"filename="100%25.png""#, "100%25.png"),
        (#"filename="a;b=c.png""#, "a;b=c.png"), (#"filename="фото.png""#, "фото.png"),
        ("filename=\"a\tb\u{1}\u{7F}.png\"", "ab.png"), ("filename=\"x/\u{301}y.png\"", "\u{301}y.png"),
        (#"filename="old.png"; filename*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE.png"#, "фото.png"),
        (#"filename*=utf-8'ru'%D1%84.png; filename="old.png""#, "ф.png"),
        (#"filename="old.png"; filename*=UTF-8''%zz"#, "old.png"),
        (#"filename="old.png"; filename*=ISO-8859-1''%E4"#, "old.png"),
        ("filename=\"\(String(repeating: "n", count: 300))\"", String(repeating: "n", count: 255)),
    ])
    func `reads a file name as data`(parameter: String, name: String) async throws {
        let text = try await read(partHead: #"Content-Disposition: form-data; name="f"; \#(parameter)"#)
        #expect(text == "f|\(name)|text")
    }

    @Test(arguments: [
        "Content-Disposition: form-data", "Content-Disposition: form-data; filename=\"a\"", "Content-Type: text/plain",
        "Content-Disposition: name", "X: y",
    ])
    func `rejects a part without a name`(head: String) async throws {
        #expect(try await read(partHead: head) == "error: malformed")
    }

    @Test(arguments: [
        "", "text", "--x-boundary", "--x-boundary\r\n", "--x-boundary-", "--x-boundaryx\r\n", "--x-boundary\n",
        "--x-boundary ", "--x-boundary  x\r\n", "--x-boundary \n",
        "--x-boundary" + String(repeating: " ", count: 2_000),
        "--x-boundary\r\n\r\n\r\n--x-boundary--\r\n",
        "--x-boundary\r\nContent-Disposition: form-data; name=\"a\"",
        "--x-boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext",
        "--x-boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext\r\n--x-boundary",
        "--x-boundary\nContent-Disposition: form-data; name=\"a\"\n\ntext\n--x-boundary--\n",
    ])
    func `rejects a truncated or malformed form`(body: String) async throws {
        #expect(try await read(body).hasSuffix("error: malformed"))
    }

    @Test func `accepts 32 parts and no more`() async throws {
        let part = "--x-boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        let end = "--x-boundary--\r\n"
        #expect(try await read(String(repeating: part, count: 32) + end).split(separator: "\n").count == 32)
        #expect(try await read(String(repeating: part, count: 33) + end).hasSuffix("error: tooManyParts"))
    }

    @Test(arguments: [9_000, 200_000])
    func `rejects a huge head of a part`(count: Int) async throws {
        let text = try await read(partHead: "X: " + String(repeating: "a", count: count))
        #expect(text == "error: tooManyParts")
    }

    @Test func `refuses a text that is too long`() async throws {
        let text = try await withServer(Self.describe) { server in
            let part = FormPart("a", String(repeating: "a", count: 65_537))
            return try await HTTPTestClient(port: server.port).upload("/", [part]).text
        }
        #expect(text == "error: tooLarge(limit: 65536)")
    }

    @Test func `streams a large file in pieces, byte for byte`() async throws {
        var content = (0..<9_973).map { $0 % 3 == 0 ? 13 : UInt8(truncatingIfNeeded: $0 &* 7919 >> 5) }
        while content.count < 2_000_000 { content += content }
        try await withServer { request in
            do {
                var reader = try MultipartReader(request)
                var file: [UInt8] = []
                while let part = try await reader.nextPart() {
                    while let piece = try await reader.nextPiece() {
                        if part.fileName != nil { file += piece }
                    }
                }
                return Response(200, body: .bytes(file, type: "application/octet-stream"))
            } catch { return .text(500, "\(error)") }
        } _: { server in
            let file = FormPart("file", fileName: "a.bin", type: "application/octet-stream", content)
            let response = try await HTTPTestClient(port: server.port).upload("/", [FormPart("a", "b"), file])
            #expect(response.body == content)
        }
    }

    @Test(arguments: ["preamble", "skipped part", "epilogue"])
    func `rejects a body over its limit in any position`(place: String) async throws {
        let much = String(repeating: "x", count: 3_000)
        let part = "--x-boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
        let body =
            switch place {
            case "preamble": "\(much)\r\n\(part)text\r\n--x-boundary--\r\n"
            case "epilogue": "\(part)text\r\n--x-boundary--\r\n\(much)"
            default: "\(part)\(much)\r\n--x-boundary--\r\n"
            }
        let text = try await withServer { request in
            do {
                var reader = try MultipartReader(request, limit: 2_000)
                while try await reader.nextPart() != nil {}
                return .text(200, "read")
            } catch {
                return .text(200, "\(error)")
            }
        } _: { server in
            try await HTTPTestClient(port: server.port).request(
                "POST", "/", headers: ["Content-Type": "multipart/form-data; boundary=x-boundary"],
                body: Array(body.utf8)
            ).text
        }
        #expect(text == "tooLarge(limit: 2000)")
    }
}
