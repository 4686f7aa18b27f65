/// One link in one mail.
package struct EmailTokenID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
