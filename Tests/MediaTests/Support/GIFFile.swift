/// A GIF of 10 x 10 pixels in black and white.
enum GIFFile {
    static func frames(_ count: Int) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + [10, 0, 10, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
        for _ in 0..<count {
            // A delay, then one pixel: clear code, colour 0, end.
            bytes += [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
        }
        return bytes + [0x3B]
    }
}
