package import MediaStoring
package import Storage

/// The limits of files, in bytes, and of accounts.
package struct MediaLimits: Sendable {
    package let pictureFormats: Set<PictureFormat>
    package let imageBytes: Int
    package let audioBytes: Int
    /// Of a file that is no avatar, cover or track.
    package let fileBytes: Int
    package let quota: MediaQuota
    /// How long an upload in parts is kept without a further byte.
    package let uploadSeconds: Int

    package init(
        pictureFormats: Set<PictureFormat> = [.jpeg, .png, .webp], imageBytes: Int, audioBytes: Int, fileBytes: Int,
        quota: MediaQuota, uploadSeconds: Int = 86_400
    ) {
        self.pictureFormats = pictureFormats
        self.imageBytes = imageBytes
        self.audioBytes = audioBytes
        self.fileBytes = fileBytes
        self.quota = quota
        self.uploadSeconds = uploadSeconds
    }

    package init(_ settings: MediaSettings) {
        self.init(
            pictureFormats: settings.pictureFormats, imageBytes: settings.maximumImageBytes,
            audioBytes: settings.maximumAudioBytes, fileBytes: settings.maximumFileBytes,
            quota: MediaQuota(files: settings.maximumAccountFiles, bytes: settings.maximumAccountBytes),
            uploadSeconds: settings.uploadExpirySeconds)
    }
}
