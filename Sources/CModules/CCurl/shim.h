#pragma once
#include <curl/curl.h>

/* curl_easy_setopt() and curl_easy_getinfo() are variadic; the parentheses go past the macros of the same names. */
static inline CURLcode ccurl_set_number(CURL *curl, CURLoption option, long value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_text(CURL *curl, CURLoption option, const char *value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_reader(CURL *curl, size_t (*read)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_READFUNCTION, read);
}
static inline CURLcode ccurl_set_writer(CURL *curl, size_t (*write)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_WRITEFUNCTION, write);
}
static inline long ccurl_number(CURL *curl, CURLINFO info) {
  long value = 0;
  (curl_easy_getinfo)(curl, info, &value);
  return value;
}
static inline curl_off_t ccurl_size(CURL *curl, CURLINFO info) {
  curl_off_t value = 0;
  (curl_easy_getinfo)(curl, info, &value);
  return value;
}

/* A macro with a cast. */
static inline CURLcode ccurl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
