internal import Chassis
internal import FoundationEssentials

/// The claims as they stand in a token (RFC 7519, section 4); `userId` repeats `sub` for clients that look for it.
struct TokenPayload: Decodable {
    let userId: String
    let type: String
    let sub: String
    let jti: String
    let sid: String
    let iat: Int
    let exp: Int

    /// The payload of a token that is known to be ours, or nil when a claim is missing or of another type.
    init?(parsing json: [UInt8]) {
        if let payload = Self(plain: json) {
            self = payload
            return
        }
        guard (try? JSONLimits(depth: 8).check(json)) != nil,
            let payload = try? JSONDecoder().decode(TokenPayload.self, from: Data(json))
        else { return nil }
        self = payload
    }

    /// The short way, for a payload as ``TokenSigner`` writes it, in any order. Nil for every other text, which says
    /// nothing about its claims yet.
    private init?(plain json: [UInt8]) {
        var (userId, type, sub, jti, sid) = (String?.none, String?.none, String?.none, String?.none, String?.none)
        var (iat, exp) = (Int?.none, Int?.none)
        var reader = PlainObjectReader(json)
        while let member = reader.nextMember() {
            switch (member.name, member.value) {
            case ("userId", .string(let text)) where userId == nil: userId = text
            case ("type", .string(let text)) where type == nil: type = text
            case ("sub", .string(let text)) where sub == nil: sub = text
            case ("jti", .string(let text)) where jti == nil: jti = text
            case ("sid", .string(let text)) where sid == nil: sid = text
            case ("iat", .number(let number)) where iat == nil: iat = number
            case ("exp", .number(let number)) where exp == nil: exp = number
            default: return nil
            }
        }
        guard reader.isComplete(), let userId, let type, let sub, let jti, let sid, let iat, let exp else { return nil }
        self.userId = userId
        self.type = type
        self.sub = sub
        self.jti = jti
        self.sid = sid
        self.iat = iat
        self.exp = exp
    }
}
