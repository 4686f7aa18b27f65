import Chassis
import Crypto

/// How a client shows or saves what it fetches from a signed URL: headers that the service sends with the object.
package struct SignedURLHeaders: Sendable {
    package var type: String?
    package var disposition: String?
    package var cacheControl: String?

    package init(type: String? = nil, disposition: String? = nil, cacheControl: String? = nil) {
        self.type = type
        self.disposition = disposition
        self.cacheControl = cacheControl
    }
}

/// A URL with a signature in its query (AWS Signature Version 4): it permits a GET of the object until it expires.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
enum SignedURL {
    /// - Parameter seconds: Until it expires, from `now`; a week at most.
    static func get(
        _ key: String, in bucket: Bucket, _ credentials: BucketCredentials, headers: SignedURLHeaders, seconds: Int,
        now: Timestamp
    ) -> String {
        let time = now.text(.seconds).filter { $0 != "-" && $0 != ":" }
        let day = String(time.prefix(8))
        let scope = "\(day)/\(bucket.region)/s3/aws4_request"
        var parameters = [
            (name: "X-Amz-Algorithm", value: "AWS4-HMAC-SHA256"),
            (name: "X-Amz-Credential", value: "\(credentials.keyID)/\(scope)"), (name: "X-Amz-Date", value: time),
            (name: "X-Amz-Expires", value: "\(seconds)"), (name: "X-Amz-SignedHeaders", value: "host"),
        ]
        for (name, value) in [
            ("response-content-type", headers.type), ("response-content-disposition", headers.disposition),
            ("response-cache-control", headers.cacheControl),
        ] {
            if let value { parameters.append((name: name, value: value)) }
        }
        let (path, query) = (bucket.path(of: key), S3Encoding.query(parameters))
        let canonical = "GET\n\(path)\n\(query)\nhost:\(bucket.host)\n\nhost\nUNSIGNED-PAYLOAD"
        let digest = Hex.encode(SHA256.digest(Array(canonical.utf8).span).span)
        var key = Array("AWS4\(credentials.secret.exposed)".utf8)
        for part in [day, bucket.region, "s3", "aws4_request", "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(digest)"] {
            key = HMACSHA256(key: key).authenticate(Array(part.utf8).span)
        }
        return "\(bucket.scheme)://\(bucket.host)\(path)?\(query)&X-Amz-Signature=\(Hex.encode(key.span))"
    }
}
