import Chassis
import Crypto
import Domain

/// Hashes and verifies passwords on threads of their own, a few at a time: each takes 64 MiB and tens of milliseconds.
package struct Passwords: Sendable {
    private let pool: BlockingPool
    private let hasher = PasswordHasher()

    package init(threads: Int) {
        pool = BlockingPool(name: "password", threads: threads, queueLimit: 256)
    }

    func hash(_ password: Password) async throws -> String {
        try await pool.run { [hasher] in try hasher.hash(password.exposed) }
    }

    /// - Parameter hash: Nil for an unknown account: verifying then takes as long, and fails.
    func verify(_ password: String, against hash: String?) async throws -> PasswordVerdict {
        try await pool.run { [hasher] in
            guard let hash else {
                _ = try hasher.verify(password, against: hasher.dummyHash())
                return .wrong
            }
            return try hasher.verify(password, against: hash)
        }
    }
}
