/* librdkafka's mock of a Kafka cluster with three brokers on this machine: kafka READY. Writes their addresses into the
   file READY, and serves until it is ended. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **arguments) {
  char name[4096];
  if (count != 2) return 64;
  rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), NULL, 0);
  rd_kafka_mock_cluster_t *cluster = owner ? rd_kafka_mock_cluster_new(owner, 3) : NULL;
  if (!cluster) return 1;
  const char *topics[] = {"socialplay.user", "socialplay.profile", "socialplay.media"};
  for (int topic = 0; topic < 3; topic++) rd_kafka_mock_topic_create(cluster, topics[topic], 4, 3);
  snprintf(name, sizeof name, "%s.part", arguments[1]);
  FILE *ready = fopen(name, "w");
  if (!ready) return 1;
  fprintf(ready, "%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fclose(ready);
  if (rename(name, arguments[1])) return 1;
  for (;;) pause();
}
