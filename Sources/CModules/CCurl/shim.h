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

/* The declared member is shorter than the address of IPv6 that it begins. */
static inline const struct sockaddr *ccurl_address(const struct curl_sockaddr *address) { return &address->addr; }
static inline curl_socket_t ccurl_open(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A macro with a cast. */
static inline CURLcode ccurl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
