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
