package import Domain

/// Reads the metadata and the cover art of an uploaded track. The request that uploads it waits for this.
package struct ProbeTrack: Job, Equatable {
    package static let kind = "probe-track"
    package static let queue = QueueName.audio
    package static let priority = Priority.high
    package static let timeout = Duration.seconds(120)
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}

/// Decodes a whole track: computes its waveform and its loudness.
package struct AnalyseTrack: Job, Equatable {
    package static let kind = "analyse-track"
    package static let queue = QueueName.audio
    package static let priority = Priority.low
    /// More than the decoder's own limit for two hours of audio.
    package static let timeout = Duration.seconds(300)
    package static let attempts = 5

    package let media: MediaID

    package init(media: MediaID) {
        self.media = media
    }
}
