package dev.quota.tool;

import dev.quota.redis.PublishedPolicies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where policies are published. */
@Command
final class PublishedOptions {

  @Option(
      names = "--redis",
      paramLabel = "URL",
      required = true,
      defaultValue = "${env:QUOTA_REDIS}",
      description =
          "Where Redis is: redis://[user:password@]host[:port][/database]. By default the environment"
              + " variable QUOTA_REDIS, so that a password is in no list of processes.")
  private String redis;

  @Option(
      names = "--key-prefix",
      paramLabel = "PREFIX",
      defaultValue = "q",
      description = "What all keys of the application begin with. Default: ${DEFAULT-VALUE}.")
  private String keyPrefix;

  @SuppressWarnings("NullAway") // picocli sets the fields
  PublishedOptions() {}

  PublishedPolicies connect() {
    try {
      return PublishedPolicies.connect(redis, keyPrefix);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }
}
