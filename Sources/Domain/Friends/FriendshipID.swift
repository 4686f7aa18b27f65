/// One friendship, or the request that it begins with.
package struct FriendshipID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
