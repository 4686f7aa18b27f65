/// A strong entity tag (RFC 9110, 8.8.3) of a representation that is made for the request: the version of its row, if
/// it has one, and a hash of the bytes. So it differs wherever the bytes do, also between two users, and a write can
/// name the version that its author has read.
package struct EntityTag: Sendable, Equatable {
    /// With its quotes.
    package let text: String

    /// - Parameter version: Not negative.
    package init(of bytes: [UInt8], version: Int? = nil) {
        let digits = String(Self.hash(bytes), radix: 16)
        let hash = String(repeating: "0", count: 16 - digits.count) + digits
        text = version.map { "\"\($0)-\(hash)\"" } ?? "\"\(hash)\""
    }

    /// Returns the version in a tag of ours; nil for any other.
    /// - Parameter tag: With its quotes.
    package static func version(in tag: some StringProtocol) -> Int? {
        let digits = tag.dropFirst().prefix { $0 != "-" }
        guard tag.hasPrefix("\""), digits.count < tag.count - 2, digits.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return Int32(digits).map(Int.init)
    }

    /// Folds the bytes, sixteen at a time, by multiplication to 128 bits, as wyhash does (Wang Yi,
    /// https://github.com/wangyi-fudan/wyhash). The same in every process, and no protection from a user who looks for
    /// two texts with one hash: such a user would hide an edit from readers who have the text before it.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        let (first, second): (UInt64, UInt64) = (0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
        var state = fold(UInt64(bytes.count) ^ first, second)
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 16 <= bytes.count {
                let low = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let high = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                state = fold(low ^ first, high ^ state)
                offset += 16
            }
            var (low, high): (UInt64, UInt64) = (0, 0)
            for (place, byte) in bytes[offset...].enumerated() {
                if place < 8 { low |= UInt64(byte) << (8 * place) } else { high |= UInt64(byte) << (8 * (place - 8)) }
            }
            state = fold(low ^ first, high ^ state)
        }
        return fold(state ^ first, second)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

/// The value of If-Match or If-None-Match: a list of entity tags, or `*` (RFC 9110, 13.1).
package struct EntityTagList: Sendable {
    /// Whether it is `*`, which matches whatever exists.
    package private(set) var isAny = false
    /// The tags with their quotes. What is no tag is left out.
    package private(set) var tags: [(text: Substring, isWeak: Bool)] = []

    /// A tag may contain a comma.
    init(_ list: String) {
        var rest = list[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard let start = rest.first else { return }
            if start == "*" {
                isAny = true
                return
            }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
                rest = rest.drop { $0 != "," }
                continue
            }
            tags.append((rest[...end], isWeak))
            rest = rest[end...].dropFirst()
        }
    }

    /// Whether it has a tag (8.8.3.2).
    func contains(_ tag: String, isStrong: Bool) -> Bool {
        isAny || tags.contains { $0.text == tag && !(isStrong && $0.isWeak) }
    }
}

extension RequestHead {
    /// Returns the tags of all headers of that name; nil if there is none.
    /// - Parameter name: In lower case.
    package func entityTags(_ name: StaticString) -> EntityTagList? {
        let values = headers(name)
        return values.isEmpty ? nil : EntityTagList(values.joined(separator: ","))
    }
}

extension Response {
    /// Returns a response of 200 with the entity tag of its bytes, for private caches that ask each time
    /// (`private, no-cache`), or what the conditions of the request for it decide: 304 with the same headers, or nil
    /// for a precondition that fails (412). Any other response stays as it is.
    /// - Parameter version: Of the row that a later write may name by If-Match.
    package func validated(version: Int? = nil, for request: Request) -> Response? {
        guard status == 200, case .bytes(let bytes, _) = body else { return self }
        let tag = EntityTag(of: bytes, version: version).text
        var validated = self
        validated.headers.removeAll { $0.name.description == "Cache-Control" }
        validated.headers.append(("ETag", tag))
        validated.headers.append(("Cache-Control", "private, no-cache"))
        switch Validators(entityTag: tag, modified: nil).evaluate(request.head) {
        case .proceed: return validated
        case .notModified: return Response(304, headers: validated.headers)
        case .preconditionFailed: return nil
        }
    }
}
