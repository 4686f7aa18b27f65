/// A browser that wants to be told.
package struct SubscriptionID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
