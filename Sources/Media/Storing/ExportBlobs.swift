package import Domain

/// Where the collections of people's data are.
package enum ExportBlobs {
    /// Nil never happens for an id; the key's rules hold for its characters.
    package static func file(of user: UserID) -> BlobKey? {
        let name = user.description
        return BlobKey("exports/\(name.suffix(2))/\(name).json")
    }
}
