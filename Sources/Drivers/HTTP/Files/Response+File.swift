package import Chassis
import Glibc

extension Response {
    /// Returns the response to a request for a file: 200, 206, 304, 412 or 416, with its validators, the conditions and
    /// the ranges of the request as in RFC 9110.
    /// - Parameters:
    ///   - type: The media type, without line breaks.
    ///   - tag: The entity tag without quotes; changes whenever the bytes do.
    ///   - cacheControl: The value of Cache-Control.
    package static func file(
        _ file: OpenFile, byteCount: Int, type: String, tag: String, modified: Timestamp, cacheControl: String,
        for request: Request
    ) -> Response {
        let head = request.head
        let entityTag = "\"\(tag)\""
        let headers: [(name: StaticString, value: String)] = [
            ("ETag", entityTag), ("Last-Modified", modified.httpDate), ("Cache-Control", cacheControl),
            ("Accept-Ranges", "bytes"),
        ]
        let wanted: String?
        switch Validators(entityTag: entityTag, modified: modified).evaluate(head) {
        case .notModified: return Response(304, headers: headers)
        case .preconditionFailed: return Response(412, headers: headers)
        // RFC 9110, 14.2: a Range header counts for GET only.
        case .proceed(let withRange): wanted = withRange && head.method == .get ? head.single("range") : nil
        }
        switch ByteRanges(wanted, size: byteCount) {
        case .whole:
            return Response(200, headers: headers, body: .file(file, 0..<byteCount, type: type))
        case .one(let range):
            return Response(206, headers: headers, body: .file(file, range, type: type))
                .with("Content-Range", ByteRanges.contentRange(range, of: byteCount))
        case .several(let ranges):
            let multipart = MultipartRanges(ranges, of: byteCount, type: type)
            return Response(206, headers: headers, body: .parts(file, multipart.parts, type: multipart.type))
        case .unsatisfiable:
            return Response(416, headers: headers).with("Content-Range", "bytes */\(byteCount)")
        }
    }
}

/// An open file descriptor, closed with the last reference.
package final class OpenFile: Sendable {
    let descriptor: CInt

    /// - Parameter descriptor: Open for reading; owned from here on.
    package init(owning descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
