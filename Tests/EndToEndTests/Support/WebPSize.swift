/// Width and height of a WebP, as its first chunk says (RFC 9649).
struct WebPSize: Equatable {
    let width: Int
    let height: Int

    init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    init?(of file: [UInt8]) {
        guard file.count > 30, file.starts(with: Array("RIFF".utf8)), Array(file[8..<12]) == Array("WEBP".utf8) else {
            return nil
        }
        let number = { (start: Int, count: Int) in (0..<count).reduce(0) { $0 | Int(file[start + $1]) << (8 * $1) } }
        switch String(decoding: file[12..<16], as: UTF8.self) {
        case "VP8 ": self.init(number(26, 2) & 0x3FFF, number(28, 2) & 0x3FFF)
        case "VP8L": self.init((number(21, 4) & 0x3FFF) + 1, (number(21, 4) >> 14 & 0x3FFF) + 1)
        case "VP8X": self.init(number(24, 3) + 1, number(27, 3) + 1)
        default: return nil
        }
    }
}
