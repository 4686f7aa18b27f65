/// The fields that llhttp has reported of the head being parsed. Callbacks get a pointer to it: a class would cost
/// reference counting and exclusivity checks per header.
struct HeadProgress {
    private(set) var fields: [RequestHead.Field] = []
    private(set) var target = 0..<0
    private(set) var isMalformed = false
    private(set) var hasTooManyFields = false
    private let base: UnsafePointer<CChar>
    private let fieldLimit: Int
    private var name: (start: Int, count: Int)?

    /// - Parameter base: The first byte of the head; valid while it is parsed.
    init(base: UnsafePointer<CChar>, fieldLimit: Int) {
        self.base = base
        self.fieldLimit = fieldLimit
        fields.reserveCapacity(12)
    }

    mutating func setTarget(_ at: UnsafePointer<CChar>, _ count: Int) {
        target = (at - base)..<(at - base + count)
    }

    mutating func setName(_ at: UnsafePointer<CChar>, _ count: Int) {
        if count == 0 { isMalformed = true }
        name = (at - base, count)
    }

    mutating func appendValue(_ at: UnsafePointer<CChar>, _ count: Int) {
        // A second value of one name is a folded line (obs-fold), and so is a value on another line than its name.
        // llhttp reports an empty value at the start of the next line.
        guard let name, !hasLineBreak(from: base + name.start + name.count, to: count == 0 ? at - 2 : at) else {
            isMalformed = true
            return
        }
        self.name = nil
        guard fields.count < fieldLimit else {
            hasTooManyFields = true
            return
        }
        var end = count
        while end > 0, at[end - 1] == 0x20 || at[end - 1] == 0x09 { end -= 1 }
        fields.append(
            RequestHead.Field(
                nameStart: UInt16(name.start), nameCount: UInt16(name.count), valueStart: UInt16(at - base),
                valueCount: UInt16(end)))
    }

    private func hasLineBreak(from start: UnsafePointer<CChar>, to end: UnsafePointer<CChar>) -> Bool {
        var at = start
        while at < end {
            if at.pointee == 13 || at.pointee == 10 { return true }
            at += 1
        }
        return false
    }
}

/// The reason for rejecting a request head.
enum HeadError: Error {
    /// Not HTTP, or HTTP that two parsers could interpret differently (request smuggling).
    case malformed
    /// A transfer coding other than chunked.
    case unknownTransferCoding
    case unknownVersion
    case tooManyFields

    var status: Status {
        switch self {
        case .malformed: 400
        case .unknownTransferCoding: 501
        case .unknownVersion: 505
        case .tooManyFields: 431
        }
    }
}
