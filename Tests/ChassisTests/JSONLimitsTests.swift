import Chassis
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
        #"{"a":["b","b"],"b":1}"#, "", "1", #""a""#, #"{"a\\":1,"a":2}"#,
        #"{"a"#, #"{"a\"#, "]]]]", "{{{",
    ])
    func `accepts other documents`(document: String) {
        #expect(reason(document) == nil)
    }

    @Test func `refuses a document that is too large`() {
        let limits = JSONLimits(size: 10)
        #expect(reason("[1,2,3,4]", limits) == nil)
        #expect(reason("[1,2,3,45]", limits) == nil)
        #expect(reason("[1,2,3,456]", limits) == "The JSON body is larger than 10 bytes")
    }
}
