internal import CAVFormat
import MediaStoring

/// The codecs that each format may hold, and the decoders that may run.
enum AudioCodec {
    /// libavcodec's names of the decoders, for its own allow-list.
    static let decoders =
        "mp3float,vorbis,opus,aac,flac,alac,pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw"

    /// Returns the name of the decoder of a codec; nil if the format must not hold it.
    static func decoder(of codec: AVCodecID, in format: AudioFormat) -> String? {
        switch (format, codec) {
        case (.mp3, AV_CODEC_ID_MP3): "mp3float"
        case (.ogg, AV_CODEC_ID_VORBIS): "vorbis"
        case (.opus, AV_CODEC_ID_OPUS): "opus"
        case (.flac, AV_CODEC_ID_FLAC): "flac"
        case (.aac, AV_CODEC_ID_AAC), (.m4a, AV_CODEC_ID_AAC): "aac"
        case (.m4a, AV_CODEC_ID_ALAC): "alac"
        case (.wav, AV_CODEC_ID_PCM_U8): "pcm_u8"
        case (.wav, AV_CODEC_ID_PCM_S16LE): "pcm_s16le"
        case (.wav, AV_CODEC_ID_PCM_S24LE): "pcm_s24le"
        case (.wav, AV_CODEC_ID_PCM_S32LE): "pcm_s32le"
        case (.wav, AV_CODEC_ID_PCM_F32LE): "pcm_f32le"
        case (.wav, AV_CODEC_ID_PCM_F64LE): "pcm_f64le"
        case (.wav, AV_CODEC_ID_PCM_ALAW): "pcm_alaw"
        case (.wav, AV_CODEC_ID_PCM_MULAW): "pcm_mulaw"
        default: nil
        }
    }

    /// The name of a codec for people and programs, such as `mp3` or `pcm_s16le`.
    static func name(of codec: AVCodecID) -> String { String(cString: avcodec_get_name(codec)) }
}
