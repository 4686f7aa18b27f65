import Domain
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test func `new ones are UUIDs of version 7 and sort by time`() {
        let identifiers = (0..<200).map { Identifier(unixMilliseconds: 1_700_000_000_000 + $0) }
        #expect(identifiers == identifiers.sorted())
        for identifier in identifiers {
            #expect(identifier.description.count == 36)
            #expect(Array(identifier.description)[14] == "7")
            #expect("89ab".contains(Array(identifier.description)[19]))
        }
        #expect(Identifier(unixMilliseconds: 1_700_000_000_000).description.hasPrefix("018bcfe5-6800-7"))
    }

    @Test func `are read back from their text, also in upper case`() {
        let text = "123e4567-e89b-12d3-a456-426614174000"
        #expect(Identifier(text)?.description == text)
        #expect(Identifier(text.uppercased())?.description == text)
    }

    @Test(arguments: [
        "", "123", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400",
        "123e4567-e89b-12d3-a456-4266141740000", "123e4567-e89b-12d3-a456_426614174000",
        "g23e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-42661417400é",
        "-23e4567-e89b-12d3-a456-4266141740-0",
    ])
    func `are refused unless in canonical form`(text: String) {
        #expect(Identifier(text) == nil)
    }

    @Test func `are unique`() {
        let many = Set((0..<10_000).map { _ in Identifier(unixMilliseconds: 5) })
        #expect(many.count == 10_000)
    }
}
