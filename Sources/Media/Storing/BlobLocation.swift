import Chassis
package import ObjectStorage

/// Where blobs are stored: `STORAGE_URL`, or the older variables of a bucket (S2-5).
package enum BlobLocation: Sendable {
    case folder(String)
    case bucket(Bucket, BucketCredentials)

    private enum Target {
        case folder(String)
        case bucket(Bucket)
    }

    /// - Parameter isUsed: Whether the process reads or writes files: only then it needs credentials, and in production
    ///   a location.
    init(_ reader: inout SettingsReader, dataDirectory: String, isUsed: Bool) {
        let region = reader.read(
            Setting<String?>("AWS_REGION", default: .some(nil), "region of the bucket, such as eu-central-1") { text in
                text.wholeMatch(of: /[a-z0-9\-]{1,40}/) == nil ? nil : .some(text)
            })
        let older = Self.bucket(&reader, region: region)
        let setting = Setting<Target?>(
            "STORAGE_URL", default: .some(nil), "file:///FOLDER, or s3://BUCKET?endpoint=https://HOST&region=REGION"
        ) { text in
            if text.hasPrefix("file:///") { return .some(.folder(String(text.dropFirst("file://".count)))) }
            return Bucket(url: text, region: region).map { .some(.bucket($0)) }
        }
        let target = reader.read(setting.requiredInProduction(isUsed && older == nil)) ?? older.map { .bucket($0) }
        switch target {
        case nil: self = .folder("\(dataDirectory)/media")
        case .folder(let path): self = .folder(path)
        case .bucket(let bucket): self = .bucket(bucket, Self.credentials(&reader, isUsed: isUsed))
        }
    }

    private static func bucket(_ reader: inout SettingsReader, region: String?) -> Bucket? {
        let names = ["S3_BUCKET", "STORAGE_BUCKET"].compactMap { name in
            reader.read(
                Setting<String?>(name, default: .some(nil), "name of the bucket") { text in
                    Bucket(text, endpoint: nil, region: nil) == nil ? nil : .some(text)
                })
        }
        let endpoint = reader.read(
            Setting<String?>("STORAGE_ENDPOINT", default: .some(nil), "HOST[:PORT] or https://HOST[:PORT]") { text in
                let url = text.contains("://") ? text : "https://\(text)"
                return Bucket("bucket", endpoint: url, region: nil) == nil ? nil : .some(url)
            })
        guard let name = names.first else { return nil }
        if names.contains(where: { $0 != name }) { reader.reject("S3_BUCKET and STORAGE_BUCKET must name one bucket") }
        return Bucket(name, endpoint: endpoint, region: region)
    }

    private static func credentials(_ reader: inout SettingsReader, isUsed: Bool) -> BucketCredentials {
        let id = Setting<String>(
            "AWS_ACCESS_KEY_ID", default: isUsed ? nil : "", "access key of the bucket, without spaces, \"/\" and \",\""
        ) { text in text.wholeMatch(of: /[!-+\-.0-~]{1,128}/) == nil ? nil : text }
        let secret = Setting<String>("AWS_SECRET_ACCESS_KEY", default: isUsed ? nil : "", "its secret")
        return BucketCredentials(
            keyID: reader.read(id, placeholder: ""), secret: Secret(reader.read(secret, placeholder: "")))
    }
}
