import Chassis
import Foundation
import Testing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `separates members and elements by commas`() {
        let text = text { writer in
            writer.object { object in
                object.member("text", "a")
                object.member("none", String?.none)
                object.object("empty") { _ in }
                object.member("list", array: [1, 2]) { $0.value($1) }
                object.member("lists", array: [[], [true, false]]) { writer, list in
                    writer.array(of: list) { $0.value($1) }
                }
                object.member("raw", json: Array(#"{"x":1}"#.utf8))
                object.member("time", Timestamp(unixSeconds: 0), .seconds)
                object.member("last", 1.5)
            }
        }
        #expect(
            text == #"{"text":"a","none":null,"empty":{},"list":[1,2],"lists":[[],[true,false]],"raw":{"x":1},"#
                + #""time":"1970-01-01T00:00:00Z","last":1.5}"#)
    }

    @Test func `escapes the characters that RFC 8259 requires and no others`() {
        let hostile = "\"\\/\u{0}\u{1}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}é\u{2028}🙂</script>"
        #expect(
            text { $0.value(hostile) } == #""\"\\/\u0000\u0001\u0008\t\n\u000b\u000c\r\u001f"#
                + "\u{7F}é\u{2028}🙂</script>\"")
    }

    @Test func `writes strings that a decoder reads back`() throws {
        for value in (0...0x800).compactMap(Unicode.Scalar.init) {
            let original = "a\(Character(value))b"
            var writer = JSONWriter()
            writer.array(of: [original]) { $0.value($1) }
            #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [original])
        }
    }

    /// Eight bytes are looked at in one step.
    @Test(arguments: ["\"", "\\", "\u{1F}", "\u{0}"])
    func `escapes a character wherever it stands`(character: Character) throws {
        for length in 1...24 {
            for position in 0..<length {
                // The neighbours differ from what is escaped by one bit.
                var characters = Array(repeating: [Character("#"), "!", " ", "\u{7F}", "é"][length % 5], count: length)
                characters[position] = character
                let original = String(characters)
                let json = Data(text { writer in writer.array(of: [original]) { $0.value($1) } }.utf8)
                #expect(try JSONDecoder().decode([String].self, from: json) == [original])
            }
        }
    }

    @Test func `writes more than it has reserved`() throws {
        let texts = (0..<2_000).map { "\($0)" }
        var writer = JSONWriter(reserving: 1)
        writer.array(of: texts) { $0.value($1) }
        #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == texts)
    }

    @Test(arguments: [0, -1, 7, 10, 100, .max, .min])
    func `writes whole numbers`(number: Int) {
        #expect(text { $0.value(number) } == "\(number)")
    }

    @Test(arguments: [(0.1, "0.1"), (-0.5, "-0.5"), (.infinity, "null"), (-.infinity, "null"), (.nan, "null")])
    func `writes decimals, and null for values that are not JSON numbers`(number: Double, expected: String) {
        #expect(text { $0.value(number) } == expected)
    }
}
