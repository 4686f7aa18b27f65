/// The picture that a user shows to others.
package enum Avatar: Hashable, Sendable {
    /// The user's newest upload; its variants are served below the user's id.
    case uploaded(MediaID)
    /// A picture at another site, by its address; the product never fetches it.
    case external(String)

    /// Reads the two columns of a profile.
    package init?(upload: MediaID?, address: String?) {
        if let address { self = .external(address) } else if let upload { self = .uploaded(upload) } else { return nil }
    }
}

/// A user's choice of the picture to show (S2-73).
package enum AvatarChoice: Hashable, Sendable {
    case upload
    case external(String)

    /// - Parameters:
    ///   - text: The address at which this product serves the user's own upload, or an `http` or `https` address of
    ///     another site.
    ///   - uploads: The address below which this product serves uploads.
    ///   - own: The address of the user's own upload.
    /// - Throws: `validation_failed`, also for an upload of another user.
    package init(_ text: String, uploadsBelow uploads: String, own: String) throws(DomainError) {
        let address = try ProfileText.webAddress(text, field: "avatar")
        if address == own || address.hasPrefix(own + "?") {
            self = .upload
        } else if address.lowercased().hasPrefix(uploads.lowercased()) {
            throw DomainError(field: "avatar", reason: "avatar must be an upload of your own, or at another site")
        } else {
            self = .external(address)
        }
    }
}
