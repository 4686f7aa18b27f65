import Chassis
package import Domain
import Storage

/// A profile with its tracks, and its relation to another user.
package struct PublicProfile: Sendable {
    package let profile: UserProfile
    package let tracks: [UploadedFile]
    /// Whether the other user follows the profile's. Nil without another user, as the next one.
    package let isFollowing: Bool?
    package let isOwnProfile: Bool?
}

/// Which files of a user are listed.
package enum FileSelection: Sendable {
    case tracks
    /// Every file whose media type is one of audio.
    case recordings
}

/// Reads profiles as others see them. Of a private profile only its owner, followers and administrators see the
/// details; users of whom one blocks the other, and profiles of accounts that are not active, are not found.
package struct ReadProfile: Sendable {
    let profiles: ProfileStore
    let media: MediaStore
    let follows: FollowStore

    /// - Parameter viewer: Nil for a reader without a login.
    /// - Throws: `profile_not_found`.
    package func callAsFunction(_ user: UserID, for viewer: UserID?) async throws(DomainError) -> UserProfile {
        guard let profile = try await domainErrors({ try await profiles.profile(of: user, for: viewer) }) else {
            throw .profileNotFound
        }
        return UserProfile(profile)
    }

    /// - Throws: `profile_not_found`.
    package func named(_ name: String, for viewer: UserID?) async throws(DomainError) -> UserProfile {
        UserProfile(try await find(name, for: viewer))
    }

    private func find(_ name: String, for viewer: UserID?) async throws(DomainError) -> Profile {
        // No user has another name, and PostgreSQL cannot store NUL.
        guard name.utf8.count <= 64, !name.utf8.contains(0),
            let profile = try await domainErrors({ try await profiles.profile(named: name, for: viewer) })
        else { throw .profileNotFound }
        return profile
    }

    /// Returns a profile with its tracks, and whether another user follows or owns it (S1-41, S1-42).
    /// - Parameters:
    ///   - viewer: The reader, who decides what is shown; nil without a login.
    ///   - follower: The other user, whom the client chooses: not what is shown depends on it.
    /// - Throws: `profile_not_found`.
    package func publicProfile(
        named name: String, for viewer: UserID?, comparedWith follower: UserID?
    ) async throws(DomainError) -> PublicProfile {
        let profile = try await find(name, for: viewer)
        return try await domainErrors {
            async let tracks = profile.showsDetails ? media.files(of: profile.user, .tracks) : []
            let isFollowing: Bool? =
                if let follower {
                    try await follows.isFollowing(profile.user, by: follower, for: viewer)
                } else {
                    nil
                }
            return PublicProfile(
                profile: UserProfile(profile), tracks: try await tracks.map(UploadedFile.init),
                isFollowing: isFollowing, isOwnProfile: follower.map { $0 == profile.user })
        }
    }

    /// Returns the files of a user, the newest first: tracks (S1-43), or all recordings (S1-44). Of a private
    /// profile whose details the viewer does not see, none.
    /// - Throws: `profile_not_found`.
    package func files(
        _ selection: FileSelection, ofUserNamed name: String, for viewer: UserID?
    ) async throws(DomainError) -> [UploadedFile] {
        let profile = try await find(name, for: viewer)
        guard profile.showsDetails else { return [] }
        return try await domainErrors {
            try await media.files(of: profile.user, selection == .tracks ? .tracks : .recordings).map(UploadedFile.init)
        }
    }

    /// Returns a page of all profiles, in the order of their ids.
    package func page(
        after last: UserID?, excluding excluded: UserID?, for viewer: UserID?, limit: Int
    ) async throws(DomainError) -> [UserProfile] {
        try await domainErrors {
            try await profiles.page(after: last, excluding: excluded, for: viewer, limit: limit).map(UserProfile.init)
        }
    }
}

extension DomainError {
    static let profileNotFound = DomainError(.profileNotFound, .notFound, "User not found")
}
