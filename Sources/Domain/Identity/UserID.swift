/// A person, on every surface: the subject of every token.
package struct UserID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
