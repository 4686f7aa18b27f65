package import Chassis
package import Domain

extension DomainEvent {
    /// An event that happens now.
    /// - Parameter members: Writes the members of its data.
    package init(_ kind: Kind, of subject: UserID, _ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(members)
        self.init(
            id: Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds), subject: subject, kind: kind,
            data: writer.bytes)
    }
}
