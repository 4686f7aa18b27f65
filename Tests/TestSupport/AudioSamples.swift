import Foundation

/// Sample tracks of tones, which `Resources/Audio/make` made.
package enum AudioSamples {
    /// 3 s, stereo, 40 kbit/s, with an Info header and without a tag.
    package static let constantMP3 = bytes("constant.mp3")
    /// 4 s, stereo, of a variable bit rate, with a Xing header and without a tag.
    package static let variableMP3 = bytes("variable.mp3")
    /// 2 s of MPEG 2, mono, 22,050 Hz.
    package static let monoMP3 = bytes("mono.mp3")
    /// 3 s, stereo, with the title "Ночь" and the artist "Ava".
    package static let vorbis = bytes("vorbis.ogg")
    /// 3 s, stereo, with the title "Ночь".
    package static let opus = bytes("opus.opus")
    /// 2 s, mono, 22,050 Hz, with the title "Ночь".
    package static let flac = bytes("flac.flac")
    /// 3 s, stereo, with the title "Ночь", the artist "Ava", a date and a PNG as its cover.
    package static let m4a = bytes("aac.m4a")
    /// 1 s of ALAC, mono.
    package static let alac = bytes("alac.m4a")
    /// 3 s of ADTS, stereo.
    package static let aac = bytes("aac.aac")
    /// 2 s of AAC in fragments, mono.
    package static let fragmentedM4A = bytes("fragments.m4a")
    /// MPEG-4 video with AAC.
    package static let film = bytes("film.mp4")

    private static func bytes(_ name: String) -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Resources/Audio"
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            preconditionFailure("the sample \(name) is missing")
        }
        return [UInt8](data)
    }
}
