/// Recordings to upload, of any length, that decoders read.
enum Recording {
    /// Returns a WAV of so many bytes, an even number: 16 bits, 44,100 Hz, one channel. No two blocks of it are equal.
    static func wav(byteCount: Int, seed: Int = 1) -> [UInt8] {
        var file = Array("RIFF".utf8) + little(byteCount - 8) + Array("WAVEfmt ".utf8)
        file += little(16) + [1, 0, 1, 0] + little(44_100) + little(88_200) + [2, 0, 16, 0]
        file += Array("data".utf8) + little(byteCount - 44)
        let block = (0..<65_536).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761 &+ seed &* 97) >> 11) }
        file.reserveCapacity(byteCount)
        while file.count < byteCount {
            var next = block
            next[0] = UInt8(truncatingIfNeeded: file.count >> 16)
            next[1] = UInt8(truncatingIfNeeded: file.count >> 24)
            file += next.prefix(byteCount - file.count)
        }
        return file
    }

    /// Returns a silent MP3 of so many frames of 417 bytes: 128 kbit/s, 44,100 Hz.
    static func mp3(frames: Int) -> [UInt8] {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + Array(repeating: 0, count: 413)
        return Array((0..<frames).map { _ in frame }.joined())
    }

    private static func little(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
