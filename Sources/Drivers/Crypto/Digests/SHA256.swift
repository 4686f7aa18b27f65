internal import COpenSSL

/// An incremental SHA-256 (FIPS 180-4).
package struct SHA256: ~Copyable {
    /// The length of a digest, in bytes.
    package static let size = 32

    /// Fetched once: OpenSSL 3 looks an algorithm up at every use by name.
    /// `nonisolated(unsafe)`: an `EVP_MD` never changes and is never freed here.
    nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { preconditionFailure("OpenSSL has no SHA-256") }
        return algorithm
    }()

    private let context: OpaquePointer

    /// Creates an empty digest.
    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1 else {
            preconditionFailure("OpenSSL has no memory")
        }
        self.context = context
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
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, initializedCount in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "OpenSSL cannot digest")
            initializedCount = Self.size
        }
    }

    /// Returns the digest of bytes.
    package static func digest(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }
}
