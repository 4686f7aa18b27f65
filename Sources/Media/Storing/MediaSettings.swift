package import Chassis

/// The settings of the blob store and of uploads.
package struct MediaSettings: Sendable {
    /// The folder of the local store.
    package let root: String
    /// The most bytes of an uploaded picture, recording and other file.
    package let maximumImageBytes: Int
    package let maximumAudioBytes: Int
    package let maximumFileBytes: Int
    /// The most files of one account, and their bytes together.
    package let maximumAccountFiles: Int
    package let maximumAccountBytes: Int

    /// - Parameter isRequiredInProduction: Whether the process reads or writes files.
    package init(_ reader: inout SettingsReader, dataDirectory: String, isRequiredInProduction: Bool = true) {
        root = reader.read(
            Setting(
                "STORAGE_URL", default: "\(dataDirectory)/media", "folder of the blob store: file:///FOLDER",
                parse: { $0.hasPrefix("file:///") ? String($0.dropFirst("file://".count)) : nil }
            ).requiredInProduction(isRequiredInProduction))
        maximumImageBytes = reader.read(
            Setting("MAX_IMAGE_BYTES", default: 10 << 20, in: 1_024...26_214_400, "largest uploaded picture, in bytes"))
        maximumAudioBytes = reader.read(
            Setting("MAX_AUDIO_BYTES", default: 200 << 20, in: 1_024...(4 << 30), "largest uploaded track, in bytes"))
        maximumFileBytes = reader.read(
            Setting("MAX_FILE_BYTES", default: 100 << 20, in: 1_024...(4 << 30), "largest other file, in bytes"))
        maximumAccountFiles = reader.read(
            Setting("MAX_ACCOUNT_FILES", default: 10_000, in: 1...1_000_000, "the most files of one account"))
        maximumAccountBytes = reader.read(
            Setting(
                "MAX_ACCOUNT_BYTES", default: 20 << 30, in: 1_024...(1 << 50), "the most bytes of one account's files"))
    }
}
