internal import COpenSSL

/// An incremental digest by an algorithm that a client names, to find bytes that changed on their way. Not for secrets:
/// SHA-1 withstands accidents, not adversaries.
package struct Checksum: ~Copyable {
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha1, sha256

        /// The length of a digest, in bytes.
        package var size: Int {
            switch self {
            case .sha1: 20
            case .sha256: SHA256.size
            }
        }

        fileprivate var implementation: OpaquePointer {
            switch self {
            case .sha1: Checksum.sha1
            case .sha256: SHA256.algorithm
            }
        }
    }

    /// `nonisolated(unsafe)`: an `EVP_MD` never changes and is never freed here.
    nonisolated(unsafe) private static let sha1: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA1", nil) else { preconditionFailure("OpenSSL has no SHA-1") }
        return algorithm
    }()

    private let context: OpaquePointer
    private let size: Int

    /// Creates an empty digest.
    package init(_ algorithm: Algorithm) {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, algorithm.implementation, nil) == 1 else {
            preconditionFailure("OpenSSL has no memory")
        }
        self.context = context
        size = algorithm.size
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Appends bytes.
    package mutating func update(_ bytes: borrowing Span<UInt8>) {
        let updated = bytes.withUnsafeBufferPointer { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(updated == 1, "OpenSSL cannot digest")
    }

    /// Returns the digest of the appended bytes.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, initializedCount in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "OpenSSL cannot digest")
            initializedCount = size
        }
    }
}
