#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/* rd_kafka_producev() is variadic. Copies key and value; `message` comes back with the delivery report. */
static inline rd_kafka_resp_err_t crdkafka_produce(
    rd_kafka_t *producer, const char *topic, const void *key, size_t key_length, void *value, size_t value_length,
    const char *content_type, size_t content_type_length, void *message) {
  return rd_kafka_producev(
      producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, key_length), RD_KAFKA_V_VALUE(value, value_length),
      RD_KAFKA_V_HEADER("content-type", content_type, (ssize_t) content_type_length),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(message), RD_KAFKA_V_END);
}
