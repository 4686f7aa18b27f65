import Chassis
import Testing

@Suite struct JSONMembersTests {
    private let members = JSONMembers(
        Array(#" { "text" : "a, b}" , "number":-7,"object":{"x":[1,"]}"]}, "flag":true, "escaped":"a\"b" } "#.utf8))

    @Test func `finds members without decoding their values`() {
        #expect(members?.text("text") == "a, b}")
        #expect(members?.integer("number") == -7)
        #expect(members?.raw("object").map { String(decoding: $0, as: UTF8.self) } == #"{"x":[1,"]}"]}"#)
        #expect(members?.raw("none") == nil)
    }

    @Test func `returns only members that need no decoding`() {
        #expect(members?.text("escaped") == nil)
        #expect(members?.text("number") == nil)
        #expect(members?.integer("text") == nil)
    }

    @Test(arguments: ["", "[]", "1", "{", #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":"b}"#, "{a:1}", #"{"a":[1}"#])
    func `refuses anything but a whole object`(text: String) {
        #expect(JSONMembers(Array(text.utf8)) == nil)
    }

    @Test func `accepts an empty object`() {
        #expect(JSONMembers(Array("{ }".utf8)) != nil)
    }
}
