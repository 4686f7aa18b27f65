package import Chassis

/// The body of an unsuccessful response.
enum S3Error {
    /// Returns the code, such as `NoSuchKey`, as far as it is a word; otherwise an empty text.
    static func code(in body: [UInt8]) -> String {
        guard let error = XMLElement(document: body), error.name == "Error", let code = error["Code"] else { return "" }
        return code.wholeMatch(of: /[A-Za-z0-9.]{1,64}/) == nil ? "" : code
    }
}

/// The head of an object.
package struct ObjectHead: Sendable, Equatable {
    package let byteCount: Int
    /// With its quotes.
    package let entityTag: String?
    /// The time of the last write.
    package let modified: Timestamp
}

/// A page of objects.
package struct ObjectPage: Sendable {
    package struct Entry: Sendable, Equatable {
        package let key: String
        package let byteCount: Int
        /// The time of the last write.
        package let modified: Timestamp
    }

    /// In the order of the keys' bytes.
    package let entries: [Entry]
    package let isLast: Bool

    /// Reads a `ListBucketResult`.
    init?(_ body: [UInt8]) {
        guard let result = XMLElement(document: body), result.name == "ListBucketResult" else { return nil }
        let isEncoded = result["EncodingType"] == "url"
        var entries: [Entry] = []
        for element in result.all("Contents") {
            guard let text = element["Key"], let key = isEncoded ? S3Encoding.decode(text) : text,
                let byteCount = element["Size"].flatMap({ Int($0) }),
                let modified = element["LastModified"].flatMap({ Timestamp(iso8601: $0) })
            else { return nil }
            entries.append(Entry(key: key, byteCount: byteCount, modified: modified))
        }
        self.entries = entries
        isLast = result["IsTruncated"] != "true"
    }
}

/// A page of multipart uploads in progress.
package struct UploadPage: Sendable {
    package struct Entry: Sendable, Equatable {
        package let upload: MultipartUpload
        package let begun: Timestamp
    }

    /// In the order of the keys' bytes.
    package let entries: [Entry]
    package let isLast: Bool

    /// Reads a `ListMultipartUploadsResult`.
    init?(_ body: [UInt8]) {
        guard let result = XMLElement(document: body), result.name == "ListMultipartUploadsResult" else { return nil }
        let isEncoded = result["EncodingType"] == "url"
        var entries: [Entry] = []
        for element in result.all("Upload") {
            guard let text = element["Key"], let key = isEncoded ? S3Encoding.decode(text) : text,
                let id = element["UploadId"],
                let begun = element["Initiated"].flatMap({ Timestamp(iso8601: $0) })
            else { return nil }
            entries.append(Entry(upload: MultipartUpload(key: key, id: id), begun: begun))
        }
        self.entries = entries
        isLast = result["IsTruncated"] != "true"
    }
}

/// A multipart upload in progress.
package struct MultipartUpload: Sendable, Equatable {
    package let key: String
    package let id: String
}
