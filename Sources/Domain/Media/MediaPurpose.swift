/// What a file is for.
package enum MediaPurpose: String, Sendable {
    case avatar, track, cover, other
}
