import Foundation

/// An answer of the product over HTTP.
package struct ProductAnswer: Sendable {
    package let status: Int
    /// Names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]

    /// - Parameter head: The status line and the header lines, without the empty line. Nil when it is not HTTP.
    init?(head: some Sequence<UInt8>, body: [UInt8]) {
        let lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        self.status = status
        let pairs = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces))
        }
        headers = Dictionary(pairs) { "\($0), \($1)" }
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; ``ProductJSON/null`` when it is none.
    package var json: ProductJSON {
        (try? JSONDecoder().decode(ProductJSON.self, from: Data(body))) ?? .null
    }
}
