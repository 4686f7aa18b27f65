package import Chassis

extension Response {
    /// A file with everything that RFC 9110 has for it: ETag, Last-Modified, If-None-Match, If-Modified-Since, Range,
    /// If-Range.
    /// - Parameters:
    ///   - tag: Changes whenever the bytes do; without quotes.
    ///   - cacheControl: How long it may be kept.
    package static func file(
        _ file: OpenFile, byteCount: Int, type: StaticString, tag: String, modified: Timestamp, cacheControl: String,
        for request: Request
    ) -> Response {
        let head = request.head
        let entityTag = "\"\(tag)\""
        let lastModified = modified.httpDate
        let headers: [(name: StaticString, value: String)] = [
            ("ETag", entityTag), ("Last-Modified", lastModified), ("Cache-Control", cacheControl),
            ("Accept-Ranges", "bytes"),
        ]
        if isFresh(head, entityTag, lastModified) { return Response(304, headers: headers) }
        let rangeHolds = head.header("if-range").map { $0 == entityTag || $0 == lastModified } ?? true
        // RFC 9110 has ranges for GET alone.
        let wanted = rangeHolds && head.method == .get ? head.header("range") : nil
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

    /// If-None-Match wins over If-Modified-Since, which is compared as text: clients send back what they were given.
    private static func isFresh(_ head: RequestHead, _ entityTag: String, _ lastModified: String) -> Bool {
        if let known = head.header("if-none-match") {
            return known.split(separator: ",").contains { candidate in
                let text = candidate.drop { $0 == " " }
                return text == "*" || text == entityTag || text.dropFirst(2) == entityTag && text.hasPrefix("W/")
            }
        }
        return head.header("if-modified-since") == lastModified
    }
}
