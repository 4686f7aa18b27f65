internal import Chassis
internal import FoundationEssentials

/// The payload of a token (RFC 7519, section 4); `userId` repeats `sub` for clients that read it.
struct TokenPayload: Decodable {
    let userId: String
    let type: String
    let sub: String
    let jti: String
    let sid: String
    let iat: Int
    let exp: Int

    /// Parses the payload of a verified token; nil if a claim is missing or has another type.
    init?(parsing json: [UInt8]) {
        if let payload = Self(plain: json) {
            self = payload
            return
        }
        guard (try? JSONLimits(depth: 8).check(json)) != nil,
            let payload = try? JSONDecoder().decode(TokenPayload.self, from: Data(json))
        else { return nil }
        self = payload
    }

    /// The fast path for a payload as ``TokenSigner`` writes it, in any order. Nil for any other JSON, valid or not.
    private init?(plain json: [UInt8]) {
        var (userId, type, sub, jti, sid) = (String?.none, String?.none, String?.none, String?.none, String?.none)
        var (iat, exp) = (Int?.none, Int?.none)
        var reader = PlainObjectReader(json)
        while let member = reader.nextMember() {
            switch (member.name, member.value) {
            case ("userId", .string(let text)) where userId == nil: userId = text
            case ("type", .string(let text)) where type == nil: type = text
            case ("sub", .string(let text)) where sub == nil: sub = text
            case ("jti", .string(let text)) where jti == nil: jti = text
            case ("sid", .string(let text)) where sid == nil: sid = text
            case ("iat", .number(let number)) where iat == nil: iat = number
            case ("exp", .number(let number)) where exp == nil: exp = number
            default: return nil
            }
        }
        guard reader.isComplete(), let userId, let type, let sub, let jti, let sid, let iat, let exp else { return nil }
        self.userId = userId
        self.type = type
        self.sub = sub
        self.jti = jti
        self.sid = sid
        self.iat = iat
        self.exp = exp
    }
}

/// Parses the subset of JSON that ``TokenSigner`` writes: one object of strings and integers, without white space or
/// escapes. It stops at any other JSON, which needs the full decoder.
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

    /// Returns the next member; nil after the last one or at unsupported JSON, which ``isComplete()`` distinguishes.
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

    /// Reads at most 18 digits, which cannot overflow, without a leading zero.
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
