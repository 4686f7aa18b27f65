/// A `multipart/form-data` body (RFC 7578).
struct Form {
    private let boundary = "a-boundary-that-no-picture-contains"
    private var parts: [UInt8] = []

    mutating func add(_ name: String, _ value: String) {
        append("Content-Disposition: form-data; name=\"\(name)\"", Array(value.utf8))
    }

    mutating func add(_ name: String, file: [UInt8], called fileName: String) {
        append(
            "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\n"
                + "Content-Type: application/octet-stream", file)
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    var bytes: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

    private mutating func append(_ head: String, _ content: [UInt8]) {
        parts += Array("--\(boundary)\r\n\(head)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
    }
}
