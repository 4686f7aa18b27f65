package import Domain
import Storage

/// The addresses of pictures that were uploaded for posts and messages (S2-140).
package struct MediaAddresses: Sendable {
    /// Where this product serves pictures.
    private let local: String
    /// Where the bucket does; nil if pictures are in a folder.
    private let bucket: String?

    /// - Parameters:
    ///   - publicBaseURL: Without a slash at its end.
    ///   - bucketURL: That of the bucket's objects, with a slash at its end.
    package init(publicBaseURL: String = "http://localhost:3000", bucketURL: String? = nil) {
        local = "\(publicBaseURL)/media/file/"
        bucket = bucketURL
    }

    /// Returns the address that clients use.
    package func address(of picture: MediaID, of owner: UserID) -> String {
        "\(bucket ?? local)\(Self.path(picture, of: owner))"
    }

    /// Returns the picture that an address names; nil if it is another address.
    func picture(at address: String) -> (owner: UserID, id: MediaID)? {
        for base in [local, bucket] {
            guard let base, address.hasPrefix(base) else { continue }
            let path = address.dropFirst(base.count).prefix { $0 != "?" && $0 != "#" }
            return Self.picture(path)
        }
        return nil
    }

    /// Returns the picture of a path `USER/ID.webp`; nil for another path.
    package static func picture(_ path: some StringProtocol) -> (owner: UserID, id: MediaID)? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 2, segments[1].hasSuffix(".webp"), let owner = UserID(String(segments[0])),
            let id = MediaID(String(segments[1].dropLast(".webp".count)))
        else { return nil }
        return (owner, id)
    }

    private static func path(_ picture: MediaID, of owner: UserID) -> String { "\(owner)/\(picture).webp" }
}

/// Checks the addresses of files that a post or message shows: those of pictures of this product must be the caller's
/// own, and exist. Other addresses are accepted, and never fetched.
package struct CheckMediaAddresses: Sendable {
    let addresses: MediaAddresses
    let media: MediaStore

    package init(_ environment: FeatureEnvironment) {
        addresses = environment.shared.settings.mediaAddresses
        media = MediaStore(environment.database)
    }

    /// - Parameter field: The member of the input that has the addresses.
    /// - Throws: `validation_failed` for a picture of another user, and for one that does not exist.
    package func callAsFunction(
        _ list: [String], field: String = "mediaUrls", by caller: Caller
    ) async throws(DomainError) {
        let pictures = list.compactMap { addresses.picture(at: $0) }
        guard !pictures.isEmpty else { return }
        let ids = Set(pictures.map(\.id))
        guard pictures.allSatisfy({ $0.owner == caller.user }),
            try await domainErrors({ try await media.pictures(among: ids, of: caller.user) }) == ids
        else {
            throw DomainError(field: field, reason: "\(field) must name pictures that you have uploaded")
        }
    }
}
