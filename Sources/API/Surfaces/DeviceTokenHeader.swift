import Features
import HTTP

/// The header in which a login returns the token that recognises the device, and in which the client sends it at the
/// next login: no document has a member for it.
extension Response {
    func withDeviceToken(_ token: String?) -> Response {
        token.map { with("X-Device-Token", $0) } ?? self
    }
}
