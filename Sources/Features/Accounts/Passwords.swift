import Chassis
import Crypto
import Domain

/// Hashes and verifies passwords on threads of their own, a few at a time: each takes 64 MiB and tens of milliseconds.
/// The sources of requests take turns, so that a flood from one address does not hold up the others, and the queue is
/// bounded in time.
package struct Passwords: Sendable {
    private let pool: FairPool
    private let hasher = PasswordHasher()

    /// - Parameter longestWait: A request that would wait longer is refused.
    package init(threads: Int, longestWait: Duration) {
        pool = FairPool(name: "password", threads: threads, longestWait: longestWait, queueLimit: 256)
    }

    /// - Parameter source: ``Client/source`` of the request.
    func hash(_ password: Password, for source: String) async throws -> String {
        try await pool.run(for: source) { [hasher] in try hasher.hash(password.exposed) }
    }

    /// Hashes a verified password again. It need not keep the rules for new passwords, which became stricter.
    /// - Returns: Nil for a password that is too short or too long to be hashed.
    func rehash(_ verified: String, for source: String) async throws -> String? {
        try await pool.run(for: source) { [hasher] () throws -> String? in
            do { return try hasher.hash(verified.composed) } catch PasswordError.unacceptableLength { return nil }
        }
    }

    /// Verifies a password in canonical composition; then as typed, for a hash from before passwords were composed,
    /// which needs to be replaced.
    /// - Parameters:
    ///   - hash: Nil for an unknown account: verifying then takes as long, and fails.
    ///   - source: ``Client/source`` of the request.
    func verify(_ password: String, against hash: String?, for source: String) async throws -> PasswordVerdict {
        try await pool.run(for: source) { [hasher] in
            let hash = try hash ?? hasher.dummyHash()
            let composed = password.composed
            let verdict = try hasher.verify(composed, against: hash)
            guard verdict == .wrong, !composed.utf8.elementsEqual(password.utf8) else { return verdict }
            return try hasher.verify(password, against: hash) == .wrong ? .wrong : .rightNeedsRehash
        }
    }
}
