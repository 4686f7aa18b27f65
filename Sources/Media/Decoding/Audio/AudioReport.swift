package import MediaStoring

/// The description of a track, as its packets say it.
package struct AudioReport: Hashable, Sendable {
    package var format: AudioFormat
    /// The name that libavcodec gives the codec, such as `mp3`, `aac` or `pcm_s16le`.
    package var codec: String
    /// In seconds: of what the file holds, without the silence that the encoder added where the file says so.
    package var duration: Double
    /// The average of the audio alone, in bit/s.
    package var bitrate: Int
    /// In Hz.
    package var sampleRate: Int
    package var channels: Int
    package var tags: AudioTags
    /// A picture of the cover art as it is in the file; nil if there is none, or none in an accepted format.
    package var cover: [UInt8]?
}

/// What the file says about its content. Nothing of it can be believed, but every value is valid Unicode on one line.
package struct AudioTags: Hashable, Sendable {
    /// A name in lower case, such as `title` or `album_artist`, and its value.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// Returns the value of a tag; nil if the file has none of that name.
    package subscript(name: String) -> String? {
        entries.first { $0.name == name }?.value
    }

    /// Adds a tag unless one of the name exists, the value is empty or there are enough.
    package mutating func add(_ name: String, _ value: String) {
        guard !name.isEmpty, !value.isEmpty, entries.count < AudioLimits.tags, self[name] == nil else { return }
        entries.append(Entry(name: name, value: value))
    }
}

/// The waveform and the loudness of a track.
package struct AudioAnalysis: Hashable, Sendable {
    package var waveform: Waveform
    package var loudness: Loudness
    /// The decoded length in seconds.
    package var duration: Double
}

/// The loudness of a track by EBU R 128 (ITU-R BS.1770-4, EBU Tech 3341 and 3342).
package struct Loudness: Hashable, Sendable {
    /// In LUFS; nil for silence, and for less than 0.4 s.
    package var integrated: Double?
    /// In LU; nil without an integrated loudness.
    package var range: Double?
    /// Of the loudest channel, in dBTP; nil for silence.
    package var truePeak: Double?

    package init(integrated: Double?, range: Double?, truePeak: Double?) {
        self.integrated = integrated
        self.range = range
        self.truePeak = truePeak
    }
}
