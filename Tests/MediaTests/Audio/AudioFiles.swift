import Glibc
import MediaDecoding
import MediaStoring
import TestSupport

extension AudioDecoder {
    /// A decoder whose helper is the product's program.
    static func ofTests(times: Times = Times(), jobsPerHelper: Int = 200) -> AudioDecoder {
        AudioDecoder(executable: Helper.executable, times: times, jobsPerHelper: jobsPerHelper)
    }

    func probe(_ bytes: [UInt8]) throws -> AudioReport {
        let file = AnonymousFile(bytes)
        return try probe(descriptor: file.descriptor, byteCount: bytes.count)
    }

    func analyse(_ bytes: [UInt8]) throws -> AudioAnalysis {
        let file = AnonymousFile(bytes)
        return try analyse(descriptor: file.descriptor, byteCount: bytes.count)
    }
}

/// A file without a name, open for reading and writing.
final class AnonymousFile {
    let descriptor: Int32

    init(_ bytes: [UInt8]) {
        var name = Array("/tmp/audio-tests-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        unlink(name)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            guard count > 0 else { return }
            written += count
        }
    }

    deinit { close(descriptor) }
}

/// A sample of each format with what is known of it.
struct KnownTrack: Sendable, CustomStringConvertible {
    let description: String
    let bytes: [UInt8]
    let format: AudioFormat
    let codec: String
    /// Seconds.
    let duration: Double
    let sampleRate: Int
    let channels: Int
    /// Seconds.
    let frame: Double

    static let all = [
        KnownTrack("a constant MP3", AudioSamples.constantMP3, .mp3, "mp3", 3, 44_100, 2, 1_152),
        KnownTrack("a variable MP3", AudioSamples.variableMP3, .mp3, "mp3", 4, 44_100, 2, 1_152),
        KnownTrack("an MP3 of MPEG 2", AudioSamples.monoMP3, .mp3, "mp3", 2, 22_050, 1, 576),
        KnownTrack("Vorbis", AudioSamples.vorbis, .ogg, "vorbis", 3, 44_100, 2, 1_024),
        KnownTrack("Opus", AudioSamples.opus, .opus, "opus", 3, 48_000, 2, 960),
        KnownTrack("FLAC", AudioSamples.flac, .flac, "flac", 2, 22_050, 1, 4_608),
        KnownTrack("AAC in M4A", AudioSamples.m4a, .m4a, "aac", 3, 44_100, 2, 1_024),
        KnownTrack("ALAC in M4A", AudioSamples.alac, .m4a, "alac", 1, 44_100, 1, 4_096),
        // Without an edit list the frame that the encoder adds counts.
        KnownTrack("a fragmented M4A", AudioSamples.fragmentedM4A, .m4a, "aac", 2.043, 44_100, 1, 1_024),
        // ADTS has no place for the samples that the encoder adds: up to two frames.
        KnownTrack("ADTS", AudioSamples.aac, .aac, "aac", 3.021, 44_100, 2, 1_024),
        KnownTrack("WAV", WaveFile.tone(seconds: 1).bytes, .wav, "pcm_s16le", 1, 48_000, 2, 1),
    ]

    private init(
        _ name: String, _ bytes: [UInt8], _ format: AudioFormat, _ codec: String, _ duration: Double, _ rate: Int,
        _ channels: Int, _ samples: Int
    ) {
        description = name
        self.bytes = bytes
        self.format = format
        self.codec = codec
        self.duration = duration
        sampleRate = rate
        self.channels = channels
        frame = Double(samples) / Double(rate)
    }
}

/// A WAV file.
struct WaveFile {
    var format: UInt16 = 1
    var channels: UInt16 = 2
    var rate: UInt32 = 48_000
    var bits: UInt16 = 16
    var data: [UInt8] = []
    /// What the header claims, if not the truth.
    var claimed: UInt32?
    /// Chunks before the samples.
    var chunks: [(name: String, content: [UInt8])] = []

    var bytes: [UInt8] {
        let frame = channels &* (bits / 8)
        let header =
            format.littleEndianBytes + channels.littleEndianBytes + rate.littleEndianBytes
            + (rate &* UInt32(frame)).littleEndianBytes + frame.littleEndianBytes + bits.littleEndianBytes
        var body = Array("WAVE".utf8) + chunk("fmt ", header)
        for (name, content) in chunks { body += chunk(name, content) }
        body += Array("data".utf8) + (claimed ?? UInt32(data.count)).littleEndianBytes + data
        return Array("RIFF".utf8) + UInt32(body.count).littleEndianBytes + body
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + UInt32(content.count).littleEndianBytes + content + (content.count % 2 == 1 ? [0] : [])
    }

    /// A sine wave, the same in both channels.
    /// - Parameters:
    ///   - level: The peak in dBFS.
    ///   - phase: Of the first sample, in radians.
    static func tone(
        seconds: Double, level: Double = -23, frequency: Double = 997, phase: Double = 0
    ) -> WaveFile {
        var file = WaveFile()
        file.append(seconds: seconds, level: level, frequency: frequency, phase: phase)
        return file
    }

    mutating func append(seconds: Double, level: Double, frequency: Double = 997, phase: Double = 0) {
        let amplitude = 32_767 * pow(10, level / 20)
        for index in 0..<Int(seconds * Double(rate)) {
            let angle = 2 * Double.pi * frequency * Double(index) / Double(rate) + phase
            let sample = UInt16(bitPattern: Int16((amplitude * sin(angle)).rounded()))
            for _ in 0..<channels {
                data += [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
            }
        }
    }
}

/// An ID3v2 tag.
struct ID3File {
    var version: UInt8 = 3
    /// What the header claims, if not the truth.
    var claimed: Int?
    private(set) var frames: [UInt8] = []

    init(version: UInt8 = 3) { self.version = version }

    mutating func add(_ name: String, _ content: [UInt8]) {
        let size = version == 4 ? Self.syncsafe(content.count) : UInt32(content.count).bigEndianBytes
        frames += Array(name.utf8) + size + [0, 0] + content
    }

    mutating func addCover(_ picture: [UInt8], type: UInt8 = 3, claiming mime: String = "image/jpeg") {
        add("APIC", [0] + Array(mime.utf8) + [0, type, 0] + picture)
    }

    var bytes: [UInt8] {
        Array("ID3".utf8) + [version, 0, 0] + Self.syncsafe(claimed ?? frames.count) + frames
    }

    private static func syncsafe(_ number: Int) -> [UInt8] {
        [21, 14, 7, 0].map { UInt8(number >> $0 & 0x7F) }
    }
}

/// A page of Ogg (RFC 3533, section 6).
enum OggPage {
    static func bytes(
        flags: UInt8 = 0, granule: UInt64 = 0, serial: UInt32 = 1, number: UInt32 = 0, _ packets: [[UInt8]] = []
    ) -> [UInt8] {
        var lacing: [UInt8] = []
        for packet in packets {
            lacing += [UInt8](repeating: 255, count: packet.count / 255) + [UInt8(packet.count % 255)]
        }
        let page =
            Array("OggS".utf8) + [0, flags] + granule.littleEndianBytes + serial.littleEndianBytes
            + number.littleEndianBytes + [0, 0, 0, 0, UInt8(lacing.count)] + lacing + packets.flatMap { $0 }
        return signed(page)
    }

    /// Returns the page with its checksum.
    static func signed(_ page: [UInt8]) -> [UInt8] {
        var page = page
        page.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        var sum: UInt32 = 0
        for byte in page {
            sum ^= UInt32(byte) << 24
            for _ in 0..<8 { sum = sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
        page.replaceSubrange(22..<26, with: sum.littleEndianBytes)
        return page
    }

    /// Returns a file whose last page has another granule position.
    static func file(_ bytes: [UInt8], endingAt granule: UInt64) -> [UInt8] {
        guard let start = bytes.indices.last(where: { bytes[$0...].starts(with: "OggS".utf8) }) else { return [] }
        var page = Array(bytes[start...])
        page.replaceSubrange(6..<14, with: granule.littleEndianBytes)
        return Array(bytes[..<start]) + signed(page)
    }
}

extension [UInt8] {
    /// The position of a text.
    func position(of text: String) -> Int? {
        let pattern = Array(text.utf8)
        return indices.first { self[$0...].starts(with: pattern) }
    }

    /// The bytes with others in place of some.
    func replacing(at offset: Int, with bytes: [UInt8]) -> [UInt8] {
        var copy = self
        copy.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        return copy
    }
}
