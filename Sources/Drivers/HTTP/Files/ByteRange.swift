/// A Range header of RFC 9110 with one range of bytes.
enum ByteRange: Equatable {
    /// No range, several, or something else: the whole is sent, as the RFC allows.
    case whole
    case part(Range<Int>)
    /// Outside of the file: 416.
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
