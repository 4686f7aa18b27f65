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

/* Shrinks, turns upright and converts to sRGB in one pass; to exactly this size. */
static inline int cvips_resize_with_profile(VipsImage *in, VipsImage **out, int width, int height) {
  return vips_thumbnail_image(in, out, width, "height", height, "size", VIPS_SIZE_FORCE,
                              "export_profile", "srgb", NULL);
}
static inline int cvips_resize(VipsImage *in, VipsImage **out, int width, int height) {
  return vips_thumbnail_image(in, out, width, "height", height, "size", VIPS_SIZE_FORCE, NULL);
}
static inline int cvips_crop(VipsImage *in, VipsImage **out, int left, int top, int width, int height) {
  return vips_extract_area(in, out, left, top, width, height, NULL);
}
static inline int cvips_copy(VipsImage *in, VipsImage **out) { return vips_copy(in, out, NULL); }
static inline int cvips_save_webp(VipsImage *in, void **bytes, size_t *count, int quality, int effort) {
  return vips_webpsave_buffer(in, bytes, count, "Q", quality, "effort", effort, NULL);
}
