package import Chassis

/// The settings of the blob store and of uploads.
package struct MediaSettings: Sendable {
    /// The folder of the local store.
    package let root: String
    /// The most bytes of an uploaded picture.
    package let maximumImageBytes: Int

    /// - Parameter isRequiredInProduction: Whether the process reads or writes files.
    package init(_ reader: inout SettingsReader, dataDirectory: String, isRequiredInProduction: Bool = true) {
        root = reader.read(
            Setting(
                "STORAGE_URL", default: "\(dataDirectory)/media", "folder of the blob store: file:///FOLDER",
                parse: { $0.hasPrefix("file:///") ? String($0.dropFirst("file://".count)) : nil }
            ).requiredInProduction(isRequiredInProduction))
        maximumImageBytes = reader.read(
            Setting("MAX_IMAGE_BYTES", default: 10 << 20, in: 1_024...26_214_400, "largest uploaded picture, in bytes"))
    }
}
