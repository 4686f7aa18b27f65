/// Returns the bytes of a text in base 32 (RFC 4648), as an authenticator app decodes a secret.
package func bytes(ofBase32 text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (bytes, bits, count): ([UInt8], Int, Int) = ([], 0, 0)
    for digit in text {
        bits = (bits << 5 | (alphabet.firstIndex(of: digit) ?? 0)) & 0xFFFF
        count += 5
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(bits >> count & 0xFF))
        }
    }
    return bytes
}
