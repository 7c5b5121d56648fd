/* A CNI plugin that does nothing, so that its run shows the cost of starting a plugin. It reads its input to the
   end, answers ADD and VERSION with fixed output, and prints nothing for other verbs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char result[] =
    "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"02:00:00:00:00:01\","
    "\"sandbox\":\"/run/netns/bench\"}],\"ips\":[{\"address\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\","
    "\"interface\":0}],\"routes\":[{\"dst\":\"0.0.0.0/0\"}],\"dns\":{}}";

static const char versions[] =
    "{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}";

static int print(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t count = write(STDOUT_FILENO, text, left);
    if (count < 0) return 1;
    text += count;
    left -= (size_t)count;
  }
  return 0;
}

int main(void) {
  static char input[65536];
  while (read(STDIN_FILENO, input, sizeof input) > 0) continue;
  const char *verb = getenv("CNI_COMMAND");
  if (verb == NULL) return 1;
  if (strcmp(verb, "ADD") == 0) return print(result);
  if (strcmp(verb, "VERSION") == 0) return print(versions);
  return 0;
}
