import Testing

@testable import HTTP

@Suite struct EntityTagTests {
    @Test func `a tag differs wherever the bytes or the version do`() {
        let bytes = Array("{\"content\":\"a text that is longer than two blocks\"}".utf8)
        let tag = EntityTag(of: bytes)
        #expect(tag == EntityTag(of: bytes) && tag.text.count == 18)
        var tags: Set<String> = [tag.text, EntityTag(of: []).text]
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            tags.insert(EntityTag(of: other).text)
            tags.insert(EntityTag(of: Array(bytes[..<index]) + [0]).text)
        }
        #expect(tags.count == 2 + 2 * bytes.count)
        #expect(EntityTag(of: bytes, version: 7).text == "\"7-\(tag.text.dropFirst())")
    }

    @Test func `the version of a tag is read, and no other number`() {
        #expect(EntityTag.version(in: EntityTag(of: [1], version: 12).text) == 12)
        #expect(EntityTag.version(in: EntityTag(of: [1]).text) == nil)
        for tag in ["", "\"\"", "\"12\"", "\"-12-ab\"", "\"1a-b\"", "12-ab", "\"99999999999-ab\"", "\"٣-ab\""] {
            #expect(EntityTag.version(in: tag) == nil, "\(tag)")
        }
    }

    @Test func `a list of tags is read as RFC 9110 writes it`() {
        let list = EntityTagList(#" "a", W/"b,c" ,nonsense,,"d""#)
        #expect(list.tags.map { String($0.text) } == [#""a""#, #""b,c""#, #""d""#] && !list.isAny)
        #expect(list.contains(#""b,c""#, isStrong: false) && !list.contains(#""b,c""#, isStrong: true))
        #expect(list.contains(#""a""#, isStrong: true) && !list.contains(#""x""#, isStrong: false))
        #expect(EntityTagList("*").isAny && EntityTagList("*").contains(#""x""#, isStrong: true))
        #expect(EntityTagList(#"""#).tags.isEmpty)
    }
}
