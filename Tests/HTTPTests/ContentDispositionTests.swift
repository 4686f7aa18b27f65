import HTTP
import Testing

/// RFC 6266 and RFC 8187.
@Suite struct ContentDispositionTests {
    @Test(arguments: [
        ("song.mp3", #"filename="song.mp3""#),
        ("two words (1).mp3", #"filename="two words (1).mp3""#),
        ("Ночь.mp3", #"filename="____.mp3"; filename*=UTF-8''%D0%9D%D0%BE%D1%87%D1%8C.mp3"#),
        ("a\"b.mp3", #"filename="a_b.mp3"; filename*=UTF-8''a%22b.mp3"#),
        ("50% off%41.mp3", #"filename="50_ off_41.mp3"; filename*=UTF-8''50%25%20off%2541.mp3"#),
        ("a\r\nSet-Cookie: b=c.mp3", #"filename="aSet-Cookie_ b=c.mp3""#),
        ("a\0b\u{7F}c\u{85}d.mp3", #"filename="abcd.mp3""#),
        ("../../etc/passwd", #"filename=".._.._etc_passwd""#),
        (#"C:\temp\a.mp3"#, #"filename="C__temp_a.mp3""#),
        ("a;b=c, d*.mp3", #"filename="a;b=c, d*.mp3""#),
        ("gnp.\u{202E}3pm.exe", #"filename="gnp.3pm.exe""#),
        ("", #"filename="file""#), ("..", #"filename="file""#), (" . ", #"filename="file""#),
        ("\u{1F3B5}", #"filename="_"; filename*=UTF-8''%F0%9F%8E%B5"#),
        ("~!#$&+^`|'*.x", #"filename="~!#$&+^`|'*.x""#),
        ("é'*.x", #"filename="_'*.x"; filename*=UTF-8''%C3%A9%27%2A.x"#),
    ])
    func `names a file whatever its name`(name: String, parameters: String) {
        #expect(ContentDisposition.attachment(fileName: name).value == "attachment; \(parameters)")
        #expect(ContentDisposition.inline(fileName: name).value == "inline; \(parameters)")
    }

    @Test func `a long name keeps its extension and whole characters`() throws {
        for character in ["a", "é", "日", "👩‍👩‍👧‍👦"] {
            let name = String(repeating: character, count: 300) + ".flac"
            let value = ContentDisposition.attachment(fileName: name).value
            let isPlain = character == "a"
            let encoded = try #require(value.split(separator: isPlain ? "\"" : "''").dropFirst().first)
            let kept = try #require(Self.decoded(encoded))
            #expect((200...255).contains(kept.utf8.count))
            #expect(kept.hasSuffix(".flac"))
            #expect(kept.dropLast(5).allSatisfy { String($0) == character })
        }
    }

    @Test func `no name ends the header or its parameter`() {
        for scalar in (0..<0x3000).compactMap(Unicode.Scalar.init) {
            let value = ContentDisposition.attachment(fileName: "a\(scalar)b").value
            #expect(value.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }, "\(scalar.value)")
            #expect(value.count { $0 == "\"" } == 2, "\(scalar.value)")
        }
    }

    /// Decodes percent-encoded UTF-8; nil if it is none.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
