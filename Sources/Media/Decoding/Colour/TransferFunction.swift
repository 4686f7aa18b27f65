import Glibc

/// The relation between the number of a pixel and its light, of which 1 is diffuse white.
enum TransferFunction: Equatable {
    case sRGB
    /// Light is the number to this power.
    case power(Float)
    /// The curve of television: BT.709, BT.601 and BT.2020.
    case television
    /// Perceptual quantiser (SMPTE ST 2084): absolute light.
    case perceptualQuantiser
    /// Hybrid log-gamma (BT.2100).
    case hybridLogGamma

    /// The light of diffuse white in HDR, in candela per square metre (BT.2408).
    private static let diffuseWhite: Float = 203
    /// The brightest light of HDR that stays distinct, likewise: what most displays and most pictures have.
    private static let brightest: Float = 1_000

    /// - Parameter code: TransferCharacteristics of ITU-T H.273, table 3.
    init?(code: Int) {
        switch code {
        case 1, 6, 14, 15: self = .television
        case 4: self = .power(2.2)
        case 5: self = .power(2.8)
        case 8: self = .power(1)
        case 13: self = .sRGB
        case 16: self = .perceptualQuantiser
        case 18: self = .hybridLogGamma
        default: return nil
        }
    }

    /// The largest light that is told from larger ones; above 1 for HDR.
    var peak: Float {
        switch self {
        case .sRGB, .power, .television: 1
        case .perceptualQuantiser, .hybridLogGamma: Self.brightest / Self.diffuseWhite
        }
    }

    /// Returns the light of a number between 0 and 1.
    func light(of number: Float) -> Float {
        switch self {
        case .sRGB: number <= 0.04045 ? number / 12.92 : pow((number + 0.055) / 1.055, 2.4)
        case .power(let exponent): pow(number, exponent)
        // As displays show it (BT.1886): the curve of the camera differs on purpose.
        case .television: pow(number, 2.4)
        case .perceptualQuantiser: Self.perceptualQuantiser(number) / Self.diffuseWhite
        case .hybridLogGamma: Self.hybridLogGamma(number) * Self.brightest / Self.diffuseWhite
        }
    }

    /// Returns candela per square metre (ST 2084, equation 4.1).
    private static func perceptualQuantiser(_ number: Float) -> Float {
        let power = pow(number, 1 / 78.84375)
        return 10_000 * pow(max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power), 1 / 0.1593017578125)
    }

    /// Returns the light of a display of 1,000 candela per square metre, as a part of its brightest (BT.2100, table 5).
    /// The gamma of the display is applied to each colour alone.
    private static func hybridLogGamma(_ number: Float) -> Float {
        let (a, b, c): (Float, Float, Float) = (0.17883277, 0.28466892, 0.55991073)
        let scene = number <= 0.5 ? number * number / 3 : (exp((number - c) / a) + b) / 12
        return pow(scene, 1.2)
    }
}
