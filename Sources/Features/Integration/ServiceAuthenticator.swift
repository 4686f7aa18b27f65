import Crypto

/// Verifies the token that other services send (S0-5).
package struct ServiceAuthenticator: Sendable {
    private let token: [UInt8]

    /// - Parameter token: The internal token of the installation.
    package init(token: [UInt8]) {
        self.token = token
    }

    /// Compares in constant time; false without a token.
    package func isValid(_ token: String?) -> Bool {
        guard let token else { return false }
        return constantTimeEquals(Array(token.utf8).span, self.token.span)
    }
}
