#pragma once
/* libavformat and libavcodec, and what of them is a macro. */
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavformat/avio.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/samplefmt.h>

static const int cavformat_end_of_file = AVERROR_EOF;
static const int64_t cavformat_no_timestamp = AV_NOPTS_VALUE;
static inline int cavformat_error(int code) { return AVERROR(code); }

/* Demuxers open further files that a file names: segments, references, playlists. None is. */
static inline int cavformat_deny_open(AVFormatContext *context, AVIOContext **io, const char *url, int flags,
                                      AVDictionary **options) {
  (void)context, (void)url, (void)flags, (void)options;
  *io = NULL;
  return AVERROR(EPERM);
}
static inline void cavformat_deny_opening(AVFormatContext *context) { context->io_open = cavformat_deny_open; }
