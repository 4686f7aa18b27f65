#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

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
static inline CURLcode ccurl_set_header_reader(CURL *curl, size_t (*read)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_HEADERFUNCTION, read);
}
static inline CURLcode ccurl_set_seeker(CURL *curl, int (*seek)(void *, curl_off_t, int)) {
  return (curl_easy_setopt)(curl, CURLOPT_SEEKFUNCTION, seek);
}
static inline CURLcode ccurl_set_debugger(CURL *curl, int (*trace)(CURL *, curl_infotype, char *, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_DEBUGFUNCTION, trace);
}
static inline CURLcode ccurl_set_progress(
    CURL *curl, int (*progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
  return (curl_easy_setopt)(curl, CURLOPT_XFERINFOFUNCTION, progress);
}
/* The socket of the last transfer's connection if it is still open, else -1. */
static inline int ccurl_socket(CURL *curl) {
  curl_socket_t value = CURL_SOCKET_BAD;
  return (curl_easy_getinfo)(curl, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? (int) value : -1;
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

static inline CURLcode ccurl_set_header_writer(CURL *curl, size_t (*write)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_HEADERFUNCTION, write);
}
static inline CURLcode ccurl_set_opener(CURL *curl, curl_opensocket_callback open) {
  return (curl_easy_setopt)(curl, CURLOPT_OPENSOCKETFUNCTION, open);
}

static inline CURLMcode ccurl_set_multi_number(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}

/* What a writer returns to pause its transfer. */
static const size_t ccurl_pause_writing = CURL_WRITEFUNC_PAUSE;

/* The declared member is shorter than the address of IPv6 that it begins. */
static inline const struct sockaddr *ccurl_address(const struct curl_sockaddr *address) { return &address->addr; }
static inline curl_socket_t ccurl_open(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A macro with a cast. */
static inline CURLcode ccurl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
