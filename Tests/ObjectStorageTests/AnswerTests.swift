import Chassis
import Testing

@testable import ObjectStorage

@Suite("Answers of S3") struct AnswerTests {
    private func document(_ text: String) -> XMLElement? { XMLElement(document: Array(text.utf8)) }

    @Test func `an element has a name, a text and children`() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment -->
            <s3:List xmlns:s3="http://x/" other='>'><Key a="1">a&amp;b&#x20AC;&lt;</Key><Empty/><Key>c</Key></s3:List >

            """
        let element = try #require(document(text))
        #expect(element.name == "List")
        #expect(element["Key"] == "a&b€<")
        #expect(element["Empty"] == "")
        #expect(element["Missing"] == nil)
        #expect(element.all("Key").map(\.text) == ["a&b€<", "c"])
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<a>&#0;</a>", "<a>&amp</a>", "<a b></a>",
        "<a b=c></a>", "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a><?php ?></a>", "<a><![CDATA[x]]></a>",
        "<a>\u{1}<", "< a/>", "<a", "<?xml",
    ])
    func `what is not well-formed or has more than S3 uses is refused`(text: String) {
        #expect(document(text) == nil)
    }

    @Test func `depth is limited`() {
        let nested = { (depth: Int) in
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(document(nested(16)) != nil)
        #expect(document(nested(17)) == nil)
        #expect(document(nested(100_000)) == nil)
    }

    @Test func `no prefix of a document is one`() {
        let whole = Array(#"<?xml version="1.0"?><a x="y"><b>&lt;ü</b><!-- c --></a>"#.utf8)
        #expect(XMLElement(document: whole) != nil)
        for count in 0..<whole.count { #expect(XMLElement(document: Array(whole.prefix(count))) == nil) }
    }

    @Test func `the code of an error is a word or nothing`() {
        #expect(
            S3Error.code(in: Array("<Error><Code>NoSuchKey</Code><Message>x</Message></Error>".utf8)) == "NoSuchKey")
        for body in ["", "<html/>", "<Error><Code>a b</Code></Error>", "<Error><Code>\n</Code></Error>"] {
            #expect(S3Error.code(in: Array(body.utf8)) == "")
        }
    }

    @Test(arguments: [
        ("2026-11-30T10:56:06.000Z", 1_796_036_166_000_000), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T23:59:59.1234567Z", 1_709_251_199_123_456),
    ])
    func `a time is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "2026-11-30", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-30T24:00:00Z", "x"])
    func `another text is no time`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
