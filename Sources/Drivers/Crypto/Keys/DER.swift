/// The few forms of DER (ITU-T X.690) that public keys and signatures of ECDSA are written in.
enum DER {
    static func sequence(_ content: [UInt8]...) -> [UInt8] { element(0x30, content.flatMap { $0 }) }

    /// A whole number that is not negative, given big-endian.
    static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var content = Array(bytes.drop { $0 == 0 })
        if content.first.map({ $0 >= 0x80 }) ?? true { content.insert(0, at: 0) }
        return element(0x02, content)
    }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0] + bytes) }

    /// The numbers, not negative, of a sequence of numbers that OpenSSL wrote, without zeros in front.
    static func numbers(ofSequence der: [UInt8]) -> [[UInt8]] {
        var numbers: [[UInt8]] = []
        var rest = der.dropFirst(2)
        while rest.count > 2 {
            let count = Int(rest[rest.startIndex + 1])
            numbers.append(Array(rest.dropFirst(2).prefix(count).drop { $0 == 0 }))
            rest = rest.dropFirst(2 + count)
        }
        return numbers
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(count)]
            case ..<0x100: [0x81, UInt8(count)]
            default: [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
            }
        return [tag] + length + content
    }
}
