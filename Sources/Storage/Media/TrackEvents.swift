import Chassis
package import Domain

extension DomainEvent {
    /// A track was uploaded (S1-62).
    package static func trackUploaded(_ track: NewMedia) -> DomainEvent {
        DomainEvent(.trackUploaded, of: track.owner) { data in
            data.member("trackId", track.id.description)
            data.member("userId", track.owner.description)
            data.member("title", track.title)
            data.member("format", track.format)
            data.member("size", track.byteCount)
        }
    }

    /// A track was deleted, or no worker could read it (S1-76).
    package static func trackDeleted(_ track: MediaFile) -> DomainEvent {
        DomainEvent(.trackDeleted, of: track.owner) { data in
            data.member("trackId", track.id.description)
            data.member("userId", track.owner.description)
        }
    }
}
