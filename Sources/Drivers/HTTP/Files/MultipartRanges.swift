/// A body of several ranges of a file, `multipart/byteranges` (RFC 9110, 14.6): what stands between the ranges is in
/// memory, the ranges are sent from the file.
struct MultipartRanges {
    let parts: [FilePart]
    /// The value of Content-Type.
    let type: String

    /// - Parameters:
    ///   - ranges: Not empty, within the file.
    ///   - type: The media type of the file.
    init(_ ranges: [Range<Int>], of byteCount: Int, type: String) {
        // The content of a file is its uploader's: a boundary that can be known could be part of it.
        let boundary = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
        var parts: [FilePart] = []
        for range in ranges {
            let delimiter = parts.isEmpty ? "--" : "\r\n--"
            let head =
                "\(delimiter)\(boundary)\r\nContent-Type: \(type)\r\n"
                + "Content-Range: \(ByteRanges.contentRange(range, of: byteCount))\r\n\r\n"
            parts.append(FilePart(leading: Array(head.utf8), range: range))
        }
        parts.append(FilePart(leading: Array("\r\n--\(boundary)--\r\n".utf8), range: 0..<0))
        self.parts = parts
        self.type = "multipart/byteranges; boundary=\(boundary)"
    }
}

/// Bytes from memory and the range of a file that follows them, which may be empty.
package struct FilePart: Sendable {
    let leading: [UInt8]
    let range: Range<Int>

    var byteCount: Int { leading.count + range.count }
}

/// The part of a file response that is still to be sent. Uses no memory for the bytes of the file.
final class FileTransfer {
    let file: OpenFile
    /// The current range, of which everything is left.
    private(set) var range: Range<Int>
    private var rest: ArraySlice<FilePart>

    init(_ file: OpenFile, _ range: Range<Int>, then rest: ArraySlice<FilePart> = []) {
        self.file = file
        self.range = range
        self.rest = rest
    }

    var isComplete: Bool { range.isEmpty && rest.isEmpty }

    /// Takes the bytes that come next, if the current range is sent; the range that follows them becomes the current
    /// one. Nil while the current range is not sent, and at the end.
    func takeLeading() -> [UInt8]? {
        guard range.isEmpty, let next = rest.popFirst() else { return nil }
        range = next.range
        return next.leading
    }

    /// Records that bytes of the current range were sent.
    func advance(by count: Int) {
        range = range.lowerBound + count..<range.upperBound
    }
}
