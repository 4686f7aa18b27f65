internal import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths only. The lengths are not secret.
package func constantTimeEquals(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
            CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
        }
    }
}
