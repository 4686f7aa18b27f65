/// A change of one optional value: an absent change keeps it, `.some(nil)` clears it.
package typealias Change<Value> = Value??

/// Changes of an account by its owner. Nil keeps a value; the inner nil of an optional one clears it.
package struct AccountChanges: Sendable {
    package var username: Username?
    package var language: Language?
    package var showsOnlineStatus: Bool?
    package var firstName: Change<String> = nil
    package var lastName: Change<String> = nil
    package var bio: Change<String> = nil
    package var phone: Change<String> = nil
    package var coverImage: Change<String> = nil
    package var dateOfBirth: Change<BirthDate> = nil

    package init() {}
}
