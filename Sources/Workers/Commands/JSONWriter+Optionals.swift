import Chassis

extension JSONWriter {
    /// A moment with milliseconds, or null.
    mutating func member(_ name: StaticString, _ moment: Timestamp?) {
        if let moment { member(name, moment, .milliseconds) } else { member(name, String?.none) }
    }

    /// JSON as it is, or null.
    mutating func member(_ name: StaticString, jsonOrNull json: [UInt8]?) {
        member(name, json: json ?? Array("null".utf8))
    }
}
