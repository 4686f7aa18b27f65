/// What two people say to each other.
package struct ConversationID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
