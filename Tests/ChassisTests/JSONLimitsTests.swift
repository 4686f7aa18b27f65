import Chassis
import Foundation
import Testing

@Suite struct JSONLimitsTests {
    private func reason(_ document: String, _ limits: JSONLimits = JSONLimits()) -> String? {
        do {
            try limits.check(Array(document.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `refuses a document nested a hundred thousand deep`() {
        for opening in ["[", "{\"a\":", "[{\"a\":"] {
            let document = String(repeating: opening, count: 100_000)
            #expect(reason(document) == "The JSON body is nested deeper than 32 levels")
        }
    }

    @Test func `counts depth exactly`() {
        let limits = JSONLimits(depth: 3)
        #expect(reason("[[[]]]", limits) == nil)
        #expect(reason("[[],[[]],[[],[]]]", limits) == nil)
        #expect(reason("[[[[]]]]", limits) != nil)
        #expect(reason(#"["[[[[", "\"[[[["]"#, limits) == nil)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"b":{"c":1},"a":2}"#, #"[{"b":{"a":1,"a":2}}]"#, #"{ "a" : 1 , "a" : 2 }"#,
        #"{"a":"x,\"a\":","a":2}"#, #"{"a":[1,{"a":1}],"a":2}"#, #"{"a":1,"\u0061":2}"#,
        #"{"\ud83d\ude42":1,"🙂":2}"#, #"{"\n":1,"\u000A":2}"#, #"{"":1,"":2}"#,
    ])
    func `refuses a repeated member`(document: String) {
        #expect(reason(document)?.hasSuffix("twice") == true)
    }

    @Test(arguments: [
        #"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}"#, #"["a","a"]"#, #"{"a":"a","b":"a"}"#, #"{"a":1,"A":2}"#,
        #"{"a":["b","b"],"b":1}"#, "1", #""a""#, #"{"a\\":1,"a":2}"#, "{}", "[]", " [ ] ", "\t{\r\n}\n", "null",
        "[true,false,null]", "0", "-0", "1.5e+10", "[0,-1,0.0,10,1E2,1e-02,123456789012345678901234567890]",
        #""\"\\\/\b\f\n\r\t\u0000\u00e9\uD83D\uDE42""#, "\"\u{7F}é\u{FFFF}🙂\u{10FFFF}\"", "\u{FEFF}{\"a\":1}",
    ])
    func `accepts other documents`(document: String) {
        #expect(reason(document) == nil)
    }

    @Test(arguments: [
        "", " ", "\u{FEFF}", #"{"a":1,}"#, "[1,]", "[,1]", "[1,,2]", #"{,"a":1}"#, #"{"a":1,,"b":2}"#, "[1 2]", "1 2",
        "{}{}", "[]]",
        #"{"a":01}"#, "01", "-01", "00", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity",
        "-Infinity", "nan", "tru", "truefalse", "True", "nul", "undefined", "'a'", #"{'a':1}"#, "{a:1}", #"{"a" 1}"#,
        #"{"a":}"#, #"{"a"}"#, #"{1:2}"#, "[1}", "{]", #"{"a":1]"#, "[", "{", #"{"a"#, #"{"a\"#, #"["a"#, "]]]]", "{{{",
        "/**/1", "1//", "#", "\"a\u{1}b\"", "\"a\nb\"", "\"a\tb\"", #""\x""#, #""\u12""#, #""\u12g4""#, #""\'""#,
        #""\""#,
        #""\ud83d""#, #""\ud83da""#, #""\ud83d\ud83d""#, #""\ude42""#, #""\ude42\ud83d""#, #""\ud83d\n""#, "\u{A0}1",
        "1\u{C}",
        "\"a\0\"", "`1`", #"{"a":1;"b":2}"#, #"{"\ud83d":1}"#, "1\u{FEFF}", "[\u{2028}]",
    ])
    func `refuses what is not JSON to the letter`(document: String) {
        #expect(reason(document) == "The body is not valid JSON")
    }

    @Test func `refuses every other encoding`() {
        let text = #"{"a":"é"}"#
        let littleEndian = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let bigEndian = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let wide = text.unicodeScalars.flatMap { [0, 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)] }
        let malformed: [[UInt8]] = [
            [0xE9], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x99],
        ]
        for document in [littleEndian, [0xFF, 0xFE] + littleEndian, bigEndian, [0xFE, 0xFF] + bigEndian, wide]
            + malformed.map({ [0x22] + $0 + [0x22] })
        {
            let violation = #expect(throws: JSONLimits.Violation.self, "\(document)") {
                try JSONLimits().check(document)
            }
            #expect(violation?.reason == "The JSON body must be encoded in UTF-8", "\(document)")
        }
    }

    @Test func `finds a special character at any place of a string`() {
        for count in 0..<40 {
            let text = String(repeating: "~ ", count: count / 2) + String(repeating: "!", count: count % 2)
            for (special, isValid) in [
                ("", true), ("é", true), ("🙂", true), (#"\""#, true), (#"\\"#, true), ("\u{7F}", true),
                ("\u{1F}", false),
                ("\0", false), (#"\x"#, false), ("\"", false),
            ] {
                #expect((reason("[\"\(text)\(special)\(text)\"]") == nil) == isValid, "\(count) \(special)")
                #expect((reason("[\"\(text)\(special)") == nil) == false)
            }
        }
    }

    @Test func `finds a repeated member in an object of any size and depth`() {
        for count in [1, 23, 24, 25, 63, 64, 65, 5_000] {
            let members = (0..<count).map { #""name\#($0)":{"name\#($0)":1}"# }.joined(separator: ",")
            #expect(reason("{\(members)}") == nil)
            #expect(reason("[{\(members)},{\(members)}]") == nil)
            for name in ["name0", "name\(count - 1)", #"n\u0061me\#(count / 2)"#] {
                #expect(reason(#"{\#(members),"\#(name)":1}"#)?.hasSuffix("twice") == true, "\(count) \(name)")
            }
        }
        // Many members in each of many nested objects.
        let object = (0..<20).map { #""\#($0)":\#($0)"# }.joined(separator: ",")
        let nested = String(repeating: "{\(object),\"in\":", count: 30)
        #expect(reason(nested + "1" + String(repeating: "}", count: 30)) == nil)
        #expect(reason(nested + "1,\"19\":2" + String(repeating: "}", count: 30))?.hasSuffix("twice") == true)
        #expect(
            reason(nested + "1" + String(repeating: "}", count: 29) + ",\"7\":2}")?.hasSuffix("twice") == true)
    }

    @Test func `agrees with another parser about mutated documents`() {
        var random = SystemRandomNumberGenerator()
        let seeds = [
            #"{"a":[1,-2.5,true,false,null,"x\u00e9\ud83d\ude42\n"],"b":{"c":{}},"é":"🙂"}"#,
            #"[0,"",[],{},"\"\\\/\b\f\n\r\t",0.25,{"a":{"b":[[[1]]]}}]"#,
        ].map { Array($0.utf8) }
        let pieces = ["\"", "\\", ",", ":", "{", "}", "[", "]", "0", "-", ".", "u", " ", "\n", "\0", "true"].map {
            Array($0.utf8)
        }
        for _ in 0..<20_000 {
            var document = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<document.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: document.remove(at: index)
                case 1: document[index] = UInt8.random(in: 0 ... .max, using: &random)
                case 2: document.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: index)
                default: document.insert(contentsOf: document[index...].prefix(8), at: index)
                }
            }
            // Foundation accepts more than the grammar, and less of it only where a number is too large.
            guard (try? JSONLimits().check(document)) != nil else { continue }
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(document), options: .fragmentsAllowed)) != nil
            #expect(isJSON, "\(String(decoding: document, as: UTF8.self))")
        }
    }

    @Test func `refuses a document that is too large`() {
        let limits = JSONLimits(size: 10)
        #expect(reason("[1,2,3,4]", limits) == nil)
        #expect(reason("[1,2,3,45]", limits) == nil)
        #expect(reason("[1,2,3,456]", limits) == "The JSON body is larger than 10 bytes")
    }
}
