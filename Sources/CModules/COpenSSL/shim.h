#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/ec.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* A macro with a variadic call. */
static inline EVP_PKEY *copenssl_new_key(void) { return EVP_EC_gen("P-256"); }
