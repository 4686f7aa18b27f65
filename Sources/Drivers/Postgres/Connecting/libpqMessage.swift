internal import CPostgres

/// Why libpq could not connect, on one line. Only for a connection that has run nothing yet: later, libpq's messages
/// repeat the server's, and those may hold values.
func libpqMessage(of connection: OpaquePointer?) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? "out of memory"
    return text.split(separator: "\n").joined(separator: " ")
}
