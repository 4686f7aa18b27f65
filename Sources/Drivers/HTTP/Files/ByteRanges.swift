/// The byte ranges that a response sends for a Range header (RFC 9110, 14.1.2 and 14.2).
///
/// However many ranges a request names, a response has at most ``maximumParts`` of them and sends no byte twice, so
/// that a short request cannot cause a long response (17.15).
enum ByteRanges: Equatable {
    /// No range, an invalid header or too many ranges: the whole file is sent, as the RFC allows.
    case whole
    case one(Range<Int>)
    /// At least two, disjoint, in the order of the request.
    case several([Range<Int>])
    /// Every range lies outside the file: 416.
    case unsatisfiable

    static let maximumParts = 16
    /// Ranges in a header beyond which it is ignored. Overlapping and neighbouring ones may come to few parts.
    static let maximumRanges = 256
    /// Bytes that a further part costs, about; a shorter gap between two ranges is cheaper to send.
    static let partOverhead = 80

    /// - Parameter header: The only Range header of the request; nil if there is none, or several.
    init(_ header: String?, size: Int) {
        guard let header, let specs = Self.specs(of: header) else {
            self = .whole
            return
        }
        var satisfiable: [Range<Int>] = []
        for spec in specs {
            switch Self.range(spec, size: size) {
            case .invalid, .empty:
                self = .whole
                return
            case .outside: break
            case .inside(let range): satisfiable.append(range)
            }
        }
        let parts = Self.coalesced(satisfiable)
        switch parts.count {
        case 0: self = .unsatisfiable
        case 1: self = .one(parts[0])
        case ...Self.maximumParts: self = .several(parts)
        default: self = .whole
        }
    }

    /// Returns the value of Content-Range for a part of a file.
    static func contentRange(_ range: Range<Int>, of size: Int) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }

    /// Returns the elements of the list behind `bytes=`; nil if the unit is another one, or the list is empty or too
    /// long. Names of units are case-insensitive, and a list may have empty elements (5.6.1.2).
    private static func specs(of header: String) -> [Substring.UTF8View]? {
        let bytes = header.utf8
        guard bytes.prefix(6).elementsEqual("bytes=".utf8, by: { $0 | 0x20 == $1 | 0x20 }) else { return nil }
        let list = bytes.dropFirst(6).split(separator: UInt8(ascii: ","), maxSplits: maximumRanges)
        guard list.count <= maximumRanges else { return nil }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let specs = list.map { element in
            var spec = element.drop(while: isSpace)
            while let last = spec.last, isSpace(last) { spec = spec.dropLast() }
            return spec
        }.filter { !$0.isEmpty }
        return specs.isEmpty ? nil : specs
    }

    private enum Spec {
        /// The header is ignored.
        case invalid
        /// The last bytes of an empty file: satisfiable, but no Content-Range can say it.
        case empty
        case outside
        case inside(Range<Int>)
    }

    /// Reads `first-last`, `first-` or `-count`.
    private static func range(_ spec: Substring.UTF8View, size: Int) -> Spec {
        guard let dash = spec.firstIndex(of: UInt8(ascii: "-")),
            let first = number(spec[..<dash]), let last = number(spec[dash...].dropFirst())
        else { return .invalid }
        switch (first, last) {
        case (nil, nil): return .invalid
        case (nil, let count?):
            if count == 0 { return .outside }
            return size == 0 ? .empty : .inside(max(0, size - count)..<size)
        case (let first?, let last):
            if let last, last < first { return .invalid }
            return first < size ? .inside(first..<min(last ?? .max, size - 1) + 1) : .outside
        }
    }

    /// Reads decimal digits: an inner nil without any, an outer one for anything else. A number beyond `Int` is its
    /// largest value, which lies outside every file.
    private static func number(_ digits: Substring.UTF8View) -> Int?? {
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        guard !digits.isEmpty else { return .some(nil) }
        return .some(Int(Substring(digits)) ?? .max)
    }

    /// Joins ranges that overlap, and, if there are more than ``maximumParts``, those with a gap that costs less than
    /// another part. A joined range stands where the first of its ranges stood.
    private static func coalesced(_ ranges: [Range<Int>]) -> [Range<Int>] {
        let apart = joined(ranges.enumerated().map { ($1, $0) }, closerThan: 0)
        let few = apart.count > maximumParts ? joined(apart, closerThan: partOverhead) : apart
        return few.sorted { $0.position < $1.position }.map(\.range)
    }

    private static func joined(
        _ ranges: [(range: Range<Int>, position: Int)], closerThan gap: Int
    ) -> [(range: Range<Int>, position: Int)] {
        var result: [(range: Range<Int>, position: Int)] = []
        for (range, position) in ranges.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = result.last, range.lowerBound - last.range.upperBound < gap {
                let end = max(last.range.upperBound, range.upperBound)
                result[result.count - 1] = (last.range.lowerBound..<end, min(last.position, position))
            } else {
                result.append((range, position))
            }
        }
        return result
    }
}
