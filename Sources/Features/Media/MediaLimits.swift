package import MediaStoring
package import Storage

/// The limits of files, in bytes, and of accounts.
package struct MediaLimits: Sendable {
    package let imageBytes: Int
    package let audioBytes: Int
    /// Of a file that is no avatar, cover or track.
    package let fileBytes: Int
    package let quota: MediaQuota

    package init(imageBytes: Int, audioBytes: Int, fileBytes: Int, quota: MediaQuota) {
        self.imageBytes = imageBytes
        self.audioBytes = audioBytes
        self.fileBytes = fileBytes
        self.quota = quota
    }

    package init(_ settings: MediaSettings) {
        self.init(
            imageBytes: settings.maximumImageBytes, audioBytes: settings.maximumAudioBytes,
            fileBytes: settings.maximumFileBytes,
            quota: MediaQuota(files: settings.maximumAccountFiles, bytes: settings.maximumAccountBytes))
    }
}
