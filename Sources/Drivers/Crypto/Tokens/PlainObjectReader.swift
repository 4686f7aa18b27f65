/// Reads the kind of JSON that ``TokenSigner`` writes: one object of strings and whole numbers, without white space or
/// escapes. Whatever else JSON allows stops it, and a whole decoder has to take over.
struct PlainObjectReader {
    enum Value {
        case string(String)
        case number(Int)
    }

    private let json: [UInt8]
    private var index = 0

    init(_ json: [UInt8]) {
        self.json = json
    }

    /// The next member; nil after the last one and where the text is not plain, which ``isComplete()`` tells apart.
    mutating func nextMember() -> (name: String, value: Value)? {
        guard skip(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")), let name = readString(),
            skip(UInt8(ascii: ":"))
        else { return nil }
        if let text = readString() { return (name, .string(text)) }
        return readNumber().map { (name, .number($0)) }
    }

    /// Whether the object ends here and nothing follows.
    mutating func isComplete() -> Bool {
        skip(UInt8(ascii: "}")) && index == json.count
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < json.count, json[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func readString() -> String? {
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while index < json.count, json[index] != UInt8(ascii: "\"") {
            guard json[index] >= 0x20, json[index] != UInt8(ascii: "\\") else { return nil }
            index += 1
        }
        let end = index
        guard skip(UInt8(ascii: "\"")), let text = try? UTF8Span(validating: json.span.extracting(start..<end))
        else { return nil }
        return String(copying: text)
    }

    /// At most 18 digits, which cannot overflow, and no zero in front.
    private mutating func readNumber() -> Int? {
        let start = index
        var number = 0
        while index < json.count, index - start < 18, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(json[index]) {
            number = number * 10 + Int(json[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard index > start else { return nil }
        return json[start] != UInt8(ascii: "0") || index - start == 1 ? number : nil
    }
}
