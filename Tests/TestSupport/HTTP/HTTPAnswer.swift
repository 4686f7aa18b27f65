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
