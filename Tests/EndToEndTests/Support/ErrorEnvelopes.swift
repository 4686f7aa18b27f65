import TestSupport
import Testing

/// Expects an error in the envelope of the musicians' surface (S1-3).
/// - Parameter sentence: The exact message; nil for any.
func expectMusiciansError(
    _ answer: ProductAnswer, _ status: Int, _ sentence: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json.names == ["success", "error"], "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["success"] == .bool(false), sourceLocation: sourceLocation)
    let error = answer.json["error"].text
    #expect(error?.isEmpty == false, sourceLocation: sourceLocation)
    if let sentence { #expect(error == sentence, sourceLocation: sourceLocation) }
}

/// Expects an error in SocialPlay's envelope (S2-130).
/// - Parameter sentence: The exact message; nil for any.
func expectSocialPlayError(
    _ answer: ProductAnswer, _ status: Int, _ sentence: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    let names = answer.json.names.subtracting(["errors"])
    #expect(names == ["status", "message"], "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["status"].text == "error", sourceLocation: sourceLocation)
    #expect(answer.json["message"].text?.isEmpty == false, sourceLocation: sourceLocation)
    if let sentence { #expect(answer.json["message"].text == sentence, sourceLocation: sourceLocation) }
}

/// Expects an error in the envelope of the Social Service (S0-90), with its rate limit headers.
func expectSocialServiceError(
    _ answer: ProductAnswer, _ status: Int, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(
        answer.json.names == ["error", "message", "statusCode", "timestamp", "path"], "\(answer.text)",
        sourceLocation: sourceLocation)
    #expect(answer.json["error"].text == code, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["statusCode"].number == Double(status), sourceLocation: sourceLocation)
    #expect(answer.json["message"].text?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(
        answer.json["timestamp"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil,
        sourceLocation: sourceLocation)
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
        #expect(answer.headers[name].flatMap { Int($0) } != nil, "\(name)", sourceLocation: sourceLocation)
    }
}
