/// Asks a server on 127.0.0.1 as an ordinary client does, with one connection for each request.
package struct HTTPTestClient: Sendable {
    private let port: Int

    package init(port: Int) {
        self.port = port
    }

    package func get(_ path: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await request("GET", path, headers: headers)
    }

    package func post(_ path: String, json: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
        let headers = headers.merging(["Content-Type": "application/json"]) { given, _ in given }
        return try await request("POST", path, headers: headers, body: Array(json.utf8))
    }

    /// Posts a form with files.
    package func upload(
        _ path: String, _ parts: [FormPart], headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        let boundary = "form-\(UInt64.random(in: 0 ... .max))"
        let body = parts.flatMap { $0.encoded(boundary: boundary) } + Array("--\(boundary)--\r\n".utf8)
        let type = ["Content-Type": "multipart/form-data; boundary=\(boundary)"]
        return try await request("POST", path, headers: headers.merging(type) { _, own in own }, body: body)
    }

    package func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> HTTPAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        let client = try RawClient(port: port)
        // A server that refuses a body early may stop reading; its answer is there nevertheless.
        try? await client.send(Array((head + "\r\n").utf8) + (body ?? []))
        return try await client.response(hasBody: method != "HEAD")
    }
}

/// What a server answered.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// Names as they came.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Whether the server says that it will close the connection.
    package var closes: Bool { header("connection") == "close" }
}

/// One part of a form that is uploaded.
package struct FormPart: Sendable {
    let name: String
    let fileName: String?
    let type: String?
    let content: [UInt8]

    /// A plain field.
    package init(_ name: String, _ text: String) {
        self.name = name
        fileName = nil
        type = nil
        content = Array(text.utf8)
    }

    /// A file.
    package init(_ name: String, fileName: String, type: String, _ content: [UInt8]) {
        self.name = name
        self.fileName = fileName
        self.type = type
        self.content = content
    }

    /// The part as `multipart/form-data` has it, from its boundary to the line break behind its content.
    func encoded(boundary: String) -> [UInt8] {
        var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\""
        if let fileName { head += "; filename=\"\(fileName)\"" }
        if let type { head += "\r\nContent-Type: \(type)" }
        return Array((head + "\r\n\r\n").utf8) + content + [13, 10]
    }
}
