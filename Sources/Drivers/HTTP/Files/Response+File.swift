package import Chassis
import Glibc

extension Response {
    /// Returns the response to a request for a file: 200, 206, 304, 412 or 416, with its validators, the conditions and
    /// the range of the request as in RFC 9110.
    /// - Parameters:
    ///   - tag: The entity tag without quotes; changes whenever the bytes do.
    ///   - cacheControl: The value of Cache-Control.
    package static func file(
        _ file: OpenFile, byteCount: Int, type: StaticString, tag: String, modified: Timestamp, cacheControl: String,
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
        case .proceed(let withRange): wanted = withRange && head.method == .get ? head.header("range") : nil
        }
        switch ByteRange(wanted, size: byteCount) {
        case .whole:
            return Response(200, headers: headers, body: .file(file, 0..<byteCount, type: type))
        case .part(let range):
            return Response(206, headers: headers, body: .file(file, range, type: type))
                .with("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(byteCount)")
        case .unsatisfiable:
            return Response(416, headers: headers).with("Content-Range", "bytes */\(byteCount)")
        }
    }
}

/// A Range header with one byte range (RFC 9110, 14.2).
enum ByteRange: Equatable {
    /// No range, several ranges or an invalid header: the whole file is sent, as the RFC allows.
    case whole
    case part(Range<Int>)
    /// The range lies outside the file: 416.
    case unsatisfiable

    init(_ header: String?, size: Int) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            self = .whole
            return
        }
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true): self = .whole
        case (true, false):
            let count = Int(ends[1]) ?? .max
            self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
        case (false, let isOpen):
            let first = Int(ends[0]) ?? .max
            let last = isOpen ? size - 1 : min(Int(ends[1]) ?? .max, size - 1)
            if !isOpen, let given = Int(ends[1]), given < first {
                self = .whole
            } else {
                self = first < size ? .part(first..<(last + 1)) : .unsatisfiable
            }
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
