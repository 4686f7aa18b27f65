/// One uploaded file.
package struct MediaID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
