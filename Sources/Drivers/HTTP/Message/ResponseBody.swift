/// What an answer carries.
package enum ResponseBody: Sendable {
    case none
    /// - Parameter type: The Content-Type.
    case bytes([UInt8], type: StaticString)
    /// A part of an open file, sent by the kernel. The server closes the file.
    case file(OpenFile, Range<Int>, type: StaticString)
    /// Written while it is sent, in chunks.
    case stream(type: StaticString, @Sendable (ResponseWriter) async throws -> Void)
}
