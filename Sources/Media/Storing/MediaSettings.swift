package import Chassis
import ObjectStorage

/// The settings of the blob store and of uploads.
package struct MediaSettings: Sendable {
    package let location: BlobLocation
    /// How clients get the bytes of an object store.
    package let downloads: DownloadMode
    /// The most bytes of an uploaded picture, recording and other file.
    package let maximumImageBytes: Int
    package let maximumAudioBytes: Int
    package let maximumFileBytes: Int
    /// The formats of pictures that are accepted.
    package let pictureFormats: Set<PictureFormat>
    /// The most files of one account, and their bytes together.
    package let maximumAccountFiles: Int
    package let maximumAccountBytes: Int
    /// How long an upload in parts is kept without a further byte.
    package let uploadExpirySeconds: Int
    /// For bytes on their way to or from an object store.
    private let scratch: String

    /// - Parameter isUsed: Whether the process reads or writes files.
    package init(_ reader: inout SettingsReader, dataDirectory: String, isUsed: Bool = true) {
        location = BlobLocation(&reader, dataDirectory: dataDirectory, isUsed: isUsed)
        downloads = reader.read(
            Setting<DownloadMode>("STORAGE_DOWNLOADS", default: .proxy, oneOf: "how clients get files of a bucket"))
        if downloads == .redirect, case .folder = location {
            reader.reject("STORAGE_DOWNLOADS must be proxy unless files are stored in a bucket")
        }
        maximumImageBytes = reader.read(
            Setting("MAX_IMAGE_BYTES", default: 10 << 20, in: 1_024...26_214_400, "largest uploaded picture, in bytes"))
        maximumAudioBytes = reader.read(
            Setting("MAX_AUDIO_BYTES", default: 200 << 20, in: 1_024...(512 << 20), "largest uploaded track, in bytes"))
        maximumFileBytes = reader.read(
            Setting("MAX_FILE_BYTES", default: 100 << 20, in: 1_024...(4 << 30), "largest other file, in bytes"))
        pictureFormats = reader.read(
            Setting(
                "PICTURE_FORMATS", default: [.jpeg, .png, .webp],
                "accepted pictures: some of \(PictureFormat.allCases.map(\.rawValue).joined(separator: ",")), with commas",
                parse: PictureFormat.set))
        maximumAccountFiles = reader.read(
            Setting("MAX_ACCOUNT_FILES", default: 10_000, in: 1...1_000_000, "the most files of one account"))
        maximumAccountBytes = reader.read(
            Setting(
                "MAX_ACCOUNT_BYTES", default: 20 << 30, in: 1_024...(1 << 50), "the most bytes of one account's files"))
        uploadExpirySeconds = reader.read(
            Setting(
                "UPLOAD_EXPIRY_SECONDS", default: 86_400, in: 1...2_592_000,
                "seconds after its last byte until an unfinished upload expires"))
        scratch = "\(dataDirectory)/transfers"
    }
}

extension MediaSettings {
    /// Where the store is, for a log.
    package var address: StoreAddress {
        switch location {
        case .folder(let path): StoreAddress(path)
        case .bucket(let bucket, _): bucket.address
        }
    }

    /// The address of the bucket's objects for clients, with a slash at its end; nil for a folder.
    package var bucketURL: String? {
        switch location {
        case .folder: nil
        case .bucket(let bucket, _): bucket.publicURL
        }
    }

    /// Returns the store. An object store is not asked, so that a process starts while it is away.
    package func openStore() throws(BlobError) -> any BlobStore {
        switch location {
        case .folder(let path): try LocalBlobStore(root: path)
        case .bucket(let bucket, let credentials):
            try S3BlobStore(BucketClient(bucket, credentials: credentials), scratch: scratch, mode: downloads)
        }
    }

    /// How many threads wait for the store, of which a local disk keeps few busy.
    /// - Parameter local: For a local store.
    package func threads(local: Int) -> Int {
        if case .folder = location { local } else { local * 8 }
    }
}
