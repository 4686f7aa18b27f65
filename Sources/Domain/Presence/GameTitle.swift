/// What somebody plays: 1 to 100 characters on one line.
package struct GameTitle: Sendable {
    package let text: String

    package init(_ text: String) throws(DomainError) {
        guard text.utf8.count <= 1_600, (1...100).contains(text.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw DomainError(
                field: "currentGame", reason: "currentGame must be 1 to 100 characters on one line, or null")
        }
        self.text = text
    }
}
