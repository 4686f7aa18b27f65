import Chassis
import Testing

@testable import ObjectStorage

@Suite("Addresses of buckets") struct BucketTests {
    @Test(arguments: [
        ("s3://pictures", "https://pictures.s3.us-east-1.amazonaws.com/a/b"),
        ("s3://pictures?region=eu-central-1", "https://pictures.s3.eu-central-1.amazonaws.com/a/b"),
        ("s3://my.pictures/?region=eu-west-1", "https://s3.eu-west-1.amazonaws.com/my.pictures/a/b"),
        ("s3://pictures?endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000/pictures/a/b"),
        ("s3://pictures?endpoint=https%3A%2F%2FS3.Example%3A443&region=x", "https://s3.example/pictures/a/b"),
        ("s3://pictures?endpoint=http://[::1]:80/", "http://[::1]/pictures/a/b"),
        ("s3://pictures?endpoint=https://s3.amazonaws.com", "https://pictures.s3.us-east-1.amazonaws.com/a/b"),
    ])
    func `an endpoint is addressed by path, AWS by host`(text: String, url: String) throws {
        let bucket = try #require(Bucket(url: text, region: nil))
        #expect(BucketRequest(.get, "a/b").url(in: bucket) == url)
    }

    @Test(arguments: [
        "s3://", "s3://a", "s3://UPPER", "s3://under_score", "s3://a..b", "s3://-ab", "s3://key:secret@pictures",
        "s3://pictures/folder", "s3://pictures?endpoint=ftp://host", "s3://pictures?endpoint=http://user:pw@host",
        "s3://pictures?endpoint=http://host/path", "s3://pictures?endpoint=http://host:0",
        "s3://pictures?endpoint=http://host:65536", "s3://pictures?endpoint=", "s3://pictures?region=EU",
        "s3://pictures?region=a&region=b", "s3://pictures?secret=x", "s3://pictures?region", "s3://pictures#x",
        "file:///folder", "https://pictures", "s3://pictures?endpoint=http://a%0D%0Ab",
    ])
    func `another text is none`(text: String) {
        #expect(Bucket(url: text, region: nil) == nil)
    }

    @Test func `the region of a text comes before the other`() {
        #expect(Bucket(url: "s3://pictures?region=a-1", region: "b-2")?.region == "a-1")
        #expect(Bucket(url: "s3://pictures", region: "b-2")?.region == "b-2")
    }

    @Test func `keys and queries are encoded as signatures need it`() throws {
        let bucket = try #require(Bucket("pictures", endpoint: "http://host", region: nil))
        var request = BucketRequest(.get, "a b+(c)!/~é%")
        request.query = [("uploadId", "x/="), ("partNumber", "1"), ("uploads", ""), ("X-Amz", "")]
        #expect(
            request.url(in: bucket)
                == "http://host/pictures/a%20b%2B%28c%29%21/~%C3%A9%25?X-Amz=&partNumber=1&uploadId=x%2F%3D&uploads="
        )
    }

    @Test func `an address for a log has no credentials`() throws {
        let bucket = try #require(Bucket(url: "s3://pictures?endpoint=http://host:9000&region=x", region: nil))
        #expect(bucket.address.description == "s3://pictures at http://host:9000")
        let credentials = BucketCredentials(keyID: "id", secret: Secret("geheim"))
        #expect(!"\(credentials)".contains("geheim"))
    }
}
