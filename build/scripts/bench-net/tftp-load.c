/*
 * TFTP clients of a benchmark: each reads one file over and over from an address of its own, until the time is up (RFC 1350, 2347, 2348, 7440).
 * In C, because a generator that costs as much as the server would be what is measured.
 *
 * usage: tftp-load SERVER PORT FILE BLOCK WINDOW CLIENTS SECONDS FIRST_ADDRESS
 * The n-th client speaks from FIRST_ADDRESS + n. BLOCK 512 and WINDOW 1 are asked for without options, as phones without them do.
 * Prints one line of JSON: {"seconds":…,"bytes":…,"blocks":…,"clients":[bytes,…],"whole":…,"repeats":…,"errors":…,"cpuMs":…}
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CLIENTS 2000
#define REPEAT_SECONDS 1.0

struct client {
  int fd;
  uint32_t address;          /* host order */
  struct sockaddr_in peer;   /* the server's port for this transfer; port 0 before it answered */
  uint16_t next;             /* the block that is awaited */
  int in_window;             /* blocks taken since the last acknowledgement */
  double heard_at;
  uint64_t bytes;
  uint64_t whole;
};

static struct sockaddr_in server;
static const char *file;
static int block_bytes, window_blocks, has_options;
static uint64_t blocks, repeats, errors;
static struct client clients[MAX_CLIENTS];
static int poll_fd;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void ask(struct client *c) {
  char packet[600];
  int at = 0;
  packet[at++] = 0;
  packet[at++] = 1;
  at += sprintf(packet + at, "%s", file) + 1;
  at += sprintf(packet + at, "octet") + 1;
  if (has_options) {
    at += sprintf(packet + at, "blksize") + 1;
    at += sprintf(packet + at, "%d", block_bytes) + 1;
    if (window_blocks > 1) {
      at += sprintf(packet + at, "windowsize") + 1;
      at += sprintf(packet + at, "%d", window_blocks) + 1;
    }
  }
  c->heard_at = now();
  sendto(c->fd, packet, at, 0, (struct sockaddr *)&server, sizeof server);
}

/* A new socket for each transfer: the port is the transfer's id. */
static void begin(struct client *c) {
  if (c->fd > 0) close(c->fd);
  c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("socket");
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(c->address)};
  if (bind(c->fd, (struct sockaddr *)&own, sizeof own) < 0) fail("bind");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event) < 0) fail("epoll_ctl");
  c->peer.sin_port = 0;
  c->next = 1;
  c->in_window = 0;
  ask(c);
}

static void acknowledge(struct client *c, uint16_t block) {
  unsigned char ack[4] = {0, 4, block >> 8, block & 255};
  c->in_window = 0;
  sendto(c->fd, ack, 4, 0, (struct sockaddr *)&c->peer, sizeof c->peer);
}

/* What the server agreed to; a server that knows no windowsize leaves it out, and then the window is one block. */
static int agreed(const unsigned char *packet, int length, const char *name, int otherwise) {
  for (int at = 2; at < length;) {
    const char *key = (const char *)packet + at;
    int value_at = at + strnlen(key, length - at) + 1;
    if (value_at >= length) break;
    const char *value = (const char *)packet + value_at;
    if (strcasecmp(key, name) == 0) return atoi(value);
    at = value_at + strnlen(value, length - value_at) + 1;
  }
  return otherwise;
}

static int window_agreed = 1, block_agreed = 512;

/* 1 = the transfer goes on. */
static int take(struct client *c, const unsigned char *packet, int length, const struct sockaddr_in *from) {
  if (length < 4) return 1;
  if (c->peer.sin_port == 0) c->peer = *from;
  if (c->peer.sin_port != from->sin_port) return 1;
  c->heard_at = now();
  if (packet[1] == 5) {
    errors += 1;
    return 0;
  }
  if (packet[1] == 6) {
    window_agreed = agreed(packet, length, "windowsize", 1);
    block_agreed = agreed(packet, length, "blksize", 512);
    acknowledge(c, 0);
    return 1;
  }
  if (packet[1] != 3) return 1;
  uint16_t block = packet[2] << 8 | packet[3];
  if (block != c->next) {
    /* A gap: what came last in order is said again, once for a window. */
    if (c->in_window >= 0) acknowledge(c, c->next - 1);
    c->in_window = -1;
    repeats += 1;
    return 1;
  }
  if (c->in_window < 0) c->in_window = 0;
  blocks += 1;
  c->bytes += length - 4;
  c->next += 1;
  c->in_window += 1;
  int is_last = length - 4 < block_agreed;
  if (c->in_window >= window_agreed || is_last) acknowledge(c, block);
  if (!is_last) return 1;
  c->whole += 1;
  begin(c);
  return 1;
}

int main(int count, char **words) {
  if (count != 9) {
    fprintf(stderr, "tftp-load SERVER PORT FILE BLOCK WINDOW CLIENTS SECONDS FIRST_ADDRESS\n");
    return 2;
  }
  server.sin_family = AF_INET;
  inet_pton(AF_INET, words[1], &server.sin_addr);
  server.sin_port = htons(atoi(words[2]));
  file = words[3];
  block_bytes = atoi(words[4]);
  window_blocks = atoi(words[5]);
  int number = atoi(words[6]);
  double seconds = atof(words[7]);
  struct in_addr first;
  inet_pton(AF_INET, words[8], &first);
  has_options = block_bytes != 512 || window_blocks != 1;
  if (number > MAX_CLIENTS) return 2;
  poll_fd = epoll_create1(0);
  double start = now();
  for (int i = 0; i < number; i++) {
    clients[i].address = ntohl(first.s_addr) + i;
    begin(&clients[i]);
  }
  static unsigned char packet[70000];
  struct epoll_event events[256];
  double looked = start;
  for (;;) {
    double t = now();
    if (t - start >= seconds) break;
    if (t - looked > 0.1) {
      looked = t;
      for (int i = 0; i < number; i++) {
        struct client *c = &clients[i];
        if (t - c->heard_at < REPEAT_SECONDS) continue;
        repeats += 1;
        c->heard_at = t;
        if (c->peer.sin_port == 0) ask(c);
        else acknowledge(c, c->next - 1);
      }
    }
    int ready = epoll_wait(poll_fd, events, 256, 20);
    for (int i = 0; i < ready; i++) {
      struct client *c = events[i].data.ptr;
      for (;;) {
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        int length = recvfrom(c->fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &size);
        if (length < 0) break;
        if (!take(c, packet, length, &from)) {
          begin(c);
          break;
        }
      }
    }
  }
  double took = now() - start;
  uint64_t bytes = 0, whole = 0;
  printf("{\"clients\":[");
  for (int i = 0; i < number; i++) {
    bytes += clients[i].bytes;
    whole += clients[i].whole;
    printf("%s%llu", i ? "," : "", (unsigned long long)clients[i].bytes);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
  printf("],\"seconds\":%.3f,\"bytes\":%llu,\"blocks\":%llu,\"whole\":%llu,\"repeats\":%llu,\"errors\":%llu,\"window\":%d,\"cpuMs\":%.0f}\n", took,
         (unsigned long long)bytes, (unsigned long long)blocks, (unsigned long long)whole, (unsigned long long)repeats, (unsigned long long)errors,
         window_agreed, cpu);
  return 0;
}
