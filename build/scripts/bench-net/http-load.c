/*
 * HTTP clients of a benchmark: each connection fetches its file over and over, from an address of its own, until the time is up.
 *
 * usage: http-load SERVER PORT CONNECTIONS SECONDS KEEP_ALIVE BYTES_PER_SECOND < TARGETS
 * A line of TARGETS is: ADDRESS PATH [AUTHORIZATION]. The n-th connection has the n-th target, over again from the first. KEEP_ALIVE 0 = a connection
 * for each file. BYTES_PER_SECOND 0 = as fast as it comes; else no more than that in all, as a wire would let through.
 * Prints one line of JSON: {"seconds":…,"bytes":…,"requests":…,"errors":…,"p50Ms":…,"p99Ms":…,"mostMs":…,"least":…,"cpuMs":…}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 4000
#define MAX_TARGETS 4000
#define MAX_SAMPLES 2000000
#define CHUNK (64 * 1024)

struct target {
  struct sockaddr_in own;
  char request[1024];
  int length;
};

struct connection {
  int fd;
  struct target *target;
  char head[8192];
  int head_bytes;
  int64_t left; /* of the body; -1 while the head is read */
  double asked_at;
  uint64_t bytes;
};

static struct sockaddr_in server;
static struct target targets[MAX_TARGETS];
static struct connection connections[MAX_CONNECTIONS];
static int poll_fd, keep_alive;
static uint64_t bytes, requests, errors;
static float *samples;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void ask(struct connection *c) {
  c->head_bytes = 0;
  c->left = -1;
  c->asked_at = now();
  if (send(c->fd, c->target->request, c->target->length, MSG_NOSIGNAL) != c->target->length) errors += 1;
}

static void begin(struct connection *c) {
  if (c->fd > 0) close(c->fd);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0) fail("socket");
  int one = 1;
  /* The port is chosen at connect, by both addresses: else a few thousand connections use them all up. */
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind(c->fd, (struct sockaddr *)&c->target->own, sizeof c->target->own) < 0) fail("bind");
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0) fail("epoll_ctl");
  ask(c);
}

static void done(struct connection *c) {
  if (requests < MAX_SAMPLES) samples[requests] = (now() - c->asked_at) * 1e3;
  requests += 1;
  if (keep_alive) ask(c);
  else begin(c);
}

/* Body bytes that came with the head, or -1 while there is no whole head yet. */
static int64_t take_head(struct connection *c) {
  c->head[c->head_bytes] = 0;
  char *end = strstr(c->head, "\r\n\r\n");
  if (end == NULL) return -1;
  if (strncmp(c->head, "HTTP/1.1 200", 12) != 0) errors += 1;
  char *length = strcasestr(c->head, "\r\ncontent-length:");
  c->left = length == NULL ? 0 : atoll(length + 17);
  return c->head + c->head_bytes - (end + 4);
}

static void took(struct connection *c, int64_t count) {
  bytes += count;
  c->bytes += count;
  c->left -= count;
  if (c->left <= 0) done(c);
}

static void readable(struct connection *c) {
  static char chunk[CHUNK];
  if (c->left < 0) {
    int room = sizeof c->head - 1 - c->head_bytes;
    int got = recv(c->fd, c->head + c->head_bytes, room, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    int64_t body = -1;
    if (got > 0) {
      c->head_bytes += got;
      body = take_head(c);
    }
    if (body >= 0) took(c, body);
    else if (got <= 0 || got == room) {
      errors += 1;
      begin(c);
    }
    return;
  }
  int64_t want = c->left < CHUNK ? c->left : CHUNK;
  int got = recv(c->fd, chunk, want, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    errors += 1;
    begin(c);
    return;
  }
  took(c, got);
}

static int by_size(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return x < y ? -1 : x > y;
}

static int read_targets(const char *host) {
  static char line[1024];
  int count = 0;
  while (count < MAX_TARGETS && fgets(line, sizeof line, stdin) != NULL) {
    char address[64], path[400], authorization[400] = "";
    if (sscanf(line, "%63s %399s %399[^\n]", address, path, authorization) < 2) continue;
    struct target *t = &targets[count++];
    t->own.sin_family = AF_INET;
    inet_pton(AF_INET, address, &t->own.sin_addr);
    t->length = snprintf(t->request, sizeof t->request, "GET %s HTTP/1.1\r\nHost: %s\r\n%s%s%s%s\r\n", path, host,
                         authorization[0] ? "Authorization: " : "", authorization, authorization[0] ? "\r\n" : "",
                         keep_alive ? "" : "Connection: close\r\n");
  }
  return count;
}

int main(int count, char **words) {
  if (count != 7) {
    fprintf(stderr, "http-load SERVER PORT CONNECTIONS SECONDS KEEP_ALIVE BYTES_PER_SECOND < TARGETS\n");
    return 2;
  }
  server.sin_family = AF_INET;
  inet_pton(AF_INET, words[1], &server.sin_addr);
  server.sin_port = htons(atoi(words[2]));
  int number = atoi(words[3]);
  double seconds = atof(words[4]);
  keep_alive = atoi(words[5]);
  double limit = atof(words[6]);
  int target_count = read_targets(words[1]);
  if (target_count == 0 || number > MAX_CONNECTIONS) return 2;
  samples = malloc(sizeof(float) * MAX_SAMPLES);
  poll_fd = epoll_create1(0);
  for (int i = 0; i < number; i++) {
    connections[i].target = &targets[i % target_count];
    begin(&connections[i]);
  }
  double start = now();
  struct epoll_event events[512];
  for (;;) {
    double t = now() - start;
    if (t >= seconds) break;
    if (limit > 0 && bytes > limit * t) {
      usleep(1000);
      continue;
    }
    int ready = epoll_wait(poll_fd, events, limit > 0 ? 32 : 512, 20);
    for (int i = 0; i < ready; i++) readable(events[i].data.ptr);
  }
  double lasted = now() - start;
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < number; i++)
    if (connections[i].bytes < least) least = connections[i].bytes;
  uint64_t kept = requests < MAX_SAMPLES ? requests : MAX_SAMPLES;
  qsort(samples, kept, sizeof(float), by_size);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
  printf("{\"seconds\":%.3f,\"bytes\":%llu,\"requests\":%llu,\"errors\":%llu,\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"mostMs\":%.2f,\"least\":%llu,\"cpuMs\":%.0f}\n", lasted,
         (unsigned long long)bytes, (unsigned long long)requests, (unsigned long long)errors, kept ? samples[kept / 2] : 0.0,
         kept ? samples[kept * 99 / 100] : 0.0, kept ? samples[kept - 1] : 0.0, (unsigned long long)least, cpu);
  return 0;
}
