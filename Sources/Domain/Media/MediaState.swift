/// How far the workers are with a file.
package enum MediaState: String, Sendable {
    /// Stored; no worker has looked at it yet.
    case pending
    /// Looked at; its variants exist.
    case ready
    /// Never going to be ready; the reason stands beside it.
    case failed
}
