/// Something that is said to everybody.
package struct AnnouncementID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
