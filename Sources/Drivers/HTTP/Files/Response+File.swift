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
        .content(byteCount: byteCount, tag: tag, modified: modified, cacheControl: cacheControl, for: request) {
            .file(file, $0, type: type)
        } parts: {
            let multipart = MultipartRanges($0, of: byteCount, type: type)
            return .parts(file, multipart.parts, type: multipart.type)
        }
    }

    /// The same for bytes that are no file.
    /// - Parameters:
    ///   - body: Returns the body of a range of the bytes. It is not called if none are sent, and its stream is not
    ///     begun for HEAD.
    ///   - parts: Returns the body of several ranges; nil: all bytes are sent then.
    package static func content(
        byteCount: Int, tag: String, modified: Timestamp, cacheControl: String, for request: Request,
        body: (Range<Int>) -> ResponseBody, parts: (([Range<Int>]) -> ResponseBody)? = nil
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
            return Response(200, headers: headers, body: body(0..<byteCount))
        case .one(let range):
            return Response(206, headers: headers, body: body(range))
                .with("Content-Range", ByteRanges.contentRange(range, of: byteCount))
        case .several(let ranges):
            // RFC 9110, 14.2: a server may ignore the header.
            guard let parts else { return Response(200, headers: headers, body: body(0..<byteCount)) }
            return Response(206, headers: headers, body: parts(ranges))
        case .unsatisfiable:
            return Response(416, headers: headers).with("Content-Range", "bytes */\(byteCount)")
        }
    }
}

extension Response {
    /// Returns the response to a request for a file that the client fetches elsewhere: 302, or as by
    /// ``file(_:byteCount:type:tag:modified:cacheControl:for:)`` 304 or 412.
    /// - Parameter address: An absolute URL.
    package static func elsewhere(
        _ address: String, tag: String, modified: Timestamp, cacheControl: String, for request: Request
    ) -> Response {
        let validators: [(name: StaticString, value: String)] = [
            ("ETag", "\"\(tag)\""), ("Last-Modified", modified.httpDate), ("Cache-Control", cacheControl),
        ]
        return switch Validators(entityTag: "\"\(tag)\"", modified: modified).evaluate(request.head) {
        case .notModified: Response(304, headers: validators)
        case .preconditionFailed: Response(412, headers: validators)
        // The address expires: no cache may keep it.
        case .proceed: Response(302, headers: [("Location", address), ("Cache-Control", "no-store")])
        }
    }
}

extension Request {
    /// Whether its ranges have the first byte of a file, by its conditions as in
    /// ``Response/file(_:byteCount:type:tag:modified:cacheControl:for:)``; without ranges all of it is sent.
    package func includesFirstByte(byteCount: Int, tag: String, modified: Timestamp) -> Bool {
        guard case .proceed(let withRange) = Validators(entityTag: "\"\(tag)\"", modified: modified).evaluate(head)
        else { return false }
        return switch ByteRanges(withRange ? head.single("range") : nil, size: byteCount) {
        case .whole: true
        case .one(let range): range.lowerBound == 0
        case .several(let ranges): ranges.contains { $0.lowerBound == 0 }
        case .unsatisfiable: false
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
