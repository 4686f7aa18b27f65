import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Responses of the helper process") struct DecodeResponseTests {
    private let request = DecodeRequest(format: .png, variants: [.square256])
    private var valid: DecodedPicture {
        DecodedPicture(
            report: PictureReport(
                format: .png, width: 10, height: 20, frames: 1, placeholder: [1, 2, 3],
                color: PictureColor(red: 4, green: 5, blue: 6)),
            variants: [
                EncodedPicture(
                    variant: .square256, width: 256, height: 256, bytes: Samples.losslessWebP, fallback: Samples.jpeg)
            ])
    }

    @Test func `a request is decoded as it was encoded, without names`() throws {
        let request = try #require(
            DecodeRequest(decoding: DecodeRequest(format: .heic, variants: PictureVariant.all).encoded))
        #expect(request.format == .heic)
        #expect(request.variants.map(\.size) == PictureVariant.all.map(\.size))
        #expect(request.variants.map(\.fit) == PictureVariant.all.map(\.fit))
    }

    @Test func `a valid response is accepted`() throws {
        guard case .decoded(let picture) = DecodeResponse(checking: DecodeResponse.decoded(valid).encoded, for: request)
        else {
            Issue.record("refused")
            return
        }
        #expect(picture == valid)
    }

    @Test(arguments: [
        MediaFailure.tooLarge(.pixels(width: 20_000, height: 3)), .corrupt(detail: "no end"),
    ])
    func `a failure is accepted`(failure: MediaFailure) {
        guard
            case .failed(let received) = DecodeResponse(checking: DecodeResponse.failed(failure).encoded, for: request)
        else {
            Issue.record("refused")
            return
        }
        #expect(received == failure)
    }

    @Test func `an incomplete response is refused`() {
        let response = DecodeResponse.decoded(valid).encoded
        for count in 0..<response.count {
            #expect(DecodeResponse(checking: Array(response.prefix(count)), for: request) == nil)
        }
        #expect(DecodeResponse(checking: response + [0], for: request) == nil)
    }

    @Test func `a response to another request is refused`() {
        let response = DecodeResponse.decoded(valid).encoded
        for variants in [[], [.square256, .square256], [PictureVariant(name: "small", size: 255, fit: .cover)]] {
            #expect(DecodeResponse(checking: response, for: DecodeRequest(format: .png, variants: variants)) == nil)
        }
    }

    @Test func `a variant that is not a WebP is refused`() {
        var response = DecodeResponse.decoded(valid).encoded
        response[25] = UInt8(ascii: "<")
        #expect(DecodeResponse(checking: response, for: request) == nil)
    }

    @Test func `a fallback that is neither JPEG nor PNG is refused`() {
        var response = DecodeResponse.decoded(valid).encoded
        response[25 + Samples.losslessWebP.count + 4] = UInt8(ascii: "<")
        #expect(DecodeResponse(checking: response, for: request) == nil)
    }

    @Test func `a placeholder that is too long is refused`() {
        let response = DecodeResponse.decoded(valid).encoded
        let long = UInt32(ThumbHash.maximumByteCount + 1)
        let placeholder = long.littleEndianBytes + Array(repeating: 0, count: Int(long))
        #expect(DecodeResponse(checking: response.dropLast(10) + placeholder + [4, 5, 6], for: request) == nil)
    }

    @Test func `a picture over the limits is refused`() {
        var response = DecodeResponse.decoded(valid).encoded
        response[3] = 1
        #expect(DecodeResponse(checking: response, for: request) == nil)
    }

    @Test func `an excess within the limits is refused`() {
        let response = DecodeResponse.failed(.tooLarge(.pixels(width: 10, height: 10))).encoded
        #expect(DecodeResponse(checking: response, for: request) == nil)
    }

    @Test func `a message for the log is one printable line`() {
        let response = DecodeResponse.failed(
            .corrupt(detail: "a\nb\u{1B}[31mc\u{0}" + String(repeating: "x", count: 999))
        )
        .encoded
        guard case .failed(.corrupt(let detail)) = DecodeResponse(checking: response, for: request) else {
            Issue.record("refused")
            return
        }
        #expect(detail.hasPrefix("a b [31mc x"))
        #expect(detail.utf8.count == DecoderProtocol.corruptTextLimit)
    }
}
