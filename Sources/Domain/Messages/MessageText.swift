/// What somebody writes: 1 to 2,000 characters as people see them, whatever they are made of.
package struct MessageText: Sendable {
    /// Characters.
    package static let longest = 2_000

    package enum Problem: Error {
        case empty, tooLong, unwritable
    }

    package let text: String

    package init(_ text: String) throws(Problem) {
        // Bytes first: counting characters of a megabyte is work that a stranger should not be able to order.
        guard text.utf8.count <= 60_000, text.count <= Self.longest else { throw .tooLong }
        guard text.contains(where: { !$0.isWhitespace }) else { throw .empty }
        guard !text.utf8.contains(0) else { throw .unwritable }
        self.text = text
    }
}
