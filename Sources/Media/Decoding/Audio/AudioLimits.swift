/// The limits of an uploaded track. A probe costs at most one pass over the file and what the container's index needs.
package enum AudioLimits {
    /// 512 MiB.
    package static let byteCount = 512 << 20
    /// The most bytes that the demuxer may read before its first packet. One pass over the file comes on top.
    static let openingBytes = 64 << 20
    /// The most bytes of all ID3 tags before the audio. Recordings with a dozen pictures stay below.
    static let tagBytes = 16 << 20
    /// Tags in a row.
    static let tagCount = 8
    /// Streams of one file. Each picture of the cover art is a stream.
    static let streams = 16
    /// Hz.
    static let sampleRates = 1_000...768_000
    static let channels = 1...64
    /// Two days, in seconds.
    static let longestDuration = 172_800.0
    /// The most bytes of a cover.
    package static let coverBytes = PictureLimits.byteCount
    /// Tags of a report, and characters of one.
    static let tags = 64
    static let tagCharacters = 512
    /// The most points of a waveform: each is a minimum and a maximum.
    package static let waveformPoints = 4_096
    /// The fewest samples that one point stands for, which is the usual resolution of audiowaveform.
    package static let waveformSamples = 256
}
