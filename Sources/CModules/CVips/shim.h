#pragma once
/* libvips' calls take NULL-terminated option lists, which Swift cannot call. Only the operations
   used are here, with fixed options. */
#include <vips/vips.h>

/* VIPS_INIT is a macro. */
static inline int cvips_init(const char *name) { return VIPS_INIT(name); }

/* FAIL_ON_ERROR: a stricter level refuses JPEGs that every browser shows. SEQUENTIAL: no copy of
   the whole decoded picture. */
#define CVIPS_LOADING "fail_on", VIPS_FAIL_ON_ERROR, "access", VIPS_ACCESS_SEQUENTIAL

static inline int cvips_load_jpeg(const void *bytes, size_t count, VipsImage **out, int shrink) {
  return vips_jpegload_buffer((void *)bytes, count, out, "shrink", shrink, CVIPS_LOADING, NULL);
}
static inline int cvips_load_png(const void *bytes, size_t count, VipsImage **out) {
  return vips_pngload_buffer((void *)bytes, count, out, CVIPS_LOADING, NULL);
}
static inline int cvips_load_webp(const void *bytes, size_t count, VipsImage **out, double scale) {
  return vips_webpload_buffer((void *)bytes, count, out, "scale", scale, CVIPS_LOADING, NULL);
}
static inline int cvips_load_gif(const void *bytes, size_t count, VipsImage **out) {
  return vips_gifload_buffer((void *)bytes, count, out, CVIPS_LOADING, NULL);
}
static inline int cvips_load_heif(const void *bytes, size_t count, VipsImage **out) {
  return vips_heifload_buffer((void *)bytes, count, out, CVIPS_LOADING, NULL);
}

/* CUBIC: two thirds of LANCZOS3's time, and no ringing at edges. */
static inline int cvips_resize(VipsImage *in, VipsImage **out, double horizontal, double vertical) {
  return vips_resize(in, out, horizontal, "vscale", vertical, "kernel", VIPS_KERNEL_CUBIC, NULL);
}
static inline int cvips_premultiply(VipsImage *in, VipsImage **out) { return vips_premultiply(in, out, NULL); }
static inline int cvips_unpremultiply(VipsImage *in, VipsImage **out) { return vips_unpremultiply(in, out, NULL); }
static inline int cvips_cast(VipsImage *in, VipsImage **out, VipsBandFormat format) {
  return vips_cast(in, out, format, NULL);
}
/* Divides 16 bits by 256, of every band. */
static inline int cvips_eight_bits(VipsImage *in, VipsImage **out) {
  return vips_cast(in, out, VIPS_FORMAT_UCHAR, "shift", TRUE, NULL);
}
static inline int cvips_interpreted(VipsImage *in, VipsImage **out, VipsInterpretation interpretation) {
  return vips_copy(in, out, "interpretation", interpretation, NULL);
}
static inline int cvips_colourspace(VipsImage *in, VipsImage **out, VipsInterpretation interpretation) {
  return vips_colourspace(in, out, interpretation, NULL);
}
/* From the picture's own profile. */
static inline int cvips_profile_to_srgb(VipsImage *in, VipsImage **out) {
  return vips_icc_transform(in, out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE, "depth", 8, NULL);
}
static inline int cvips_turn_upright(VipsImage *in, VipsImage **out) { return vips_autorot(in, out, NULL); }
static inline int cvips_first_bands(VipsImage *in, VipsImage **out, int count) {
  return vips_extract_band(in, out, 0, "n", count, NULL);
}
/* Copies the bytes. */
static inline VipsImage *cvips_from_memory(const void *bytes, size_t count, int width, int height, int bands) {
  return vips_image_new_from_memory_copy(bytes, count, width, height, bands, VIPS_FORMAT_UCHAR);
}
static inline int cvips_crop(VipsImage *in, VipsImage **out, int left, int top, int width, int height) {
  return vips_extract_area(in, out, left, top, width, height, NULL);
}
static inline int cvips_copy(VipsImage *in, VipsImage **out) { return vips_copy(in, out, NULL); }
static inline int cvips_save_webp(VipsImage *in, void **bytes, size_t *count, int quality, int effort) {
  return vips_webpsave_buffer(in, bytes, count, "Q", quality, "effort", effort, NULL);
}
static inline int cvips_save_jpeg(VipsImage *in, void **bytes, size_t *count, int quality) {
  return vips_jpegsave_buffer(in, bytes, count, "Q", quality, "strip", TRUE, NULL);
}
static inline int cvips_save_png(VipsImage *in, void **bytes, size_t *count, int compression) {
  return vips_pngsave_buffer(in, bytes, count, "compression", compression, "strip", TRUE, NULL);
}
