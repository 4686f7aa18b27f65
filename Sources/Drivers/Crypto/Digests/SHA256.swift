internal import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256: ~Copyable {
    /// Bytes of a digest.
    package static let size = 32

    /// Fetched once: OpenSSL 3 looks an algorithm up anew whenever it is named.
    /// `nonisolated(unsafe)`: an `EVP_MD` never changes and is never freed here.
    nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { preconditionFailure("OpenSSL has no SHA-256") }
        return algorithm
    }()

    private let context: OpaquePointer

    /// A digest of nothing yet.
    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1 else {
            preconditionFailure("OpenSSL has no memory")
        }
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Appends to what is digested.
    package mutating func update(_ bytes: borrowing Span<UInt8>) {
        let updated = bytes.withUnsafeBufferPointer { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(updated == 1, "OpenSSL cannot digest")
    }

    /// The digest of everything so far.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, initializedCount in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "OpenSSL cannot digest")
            initializedCount = Self.size
        }
    }

    /// The digest of bytes that are all there.
    package static func digest(_ bytes: borrowing Span<UInt8>) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }
}
